import { type Component, countClasses } from "./component.ts";
import { type Obligations, STRONG } from "./obligations.ts";

/** A step of a component, by its place in the list of steps, and where it begins. */
interface Hop {
  readonly from: number;
  readonly step: number;
}

/**
 * A short fair loop through a state of a fair part: from the state, always the shortest way to the
 * next place that something still lacks (a class taken, a weak class disabled, a goal), then home;
 * then whatever detour can be left out is. It need not be the shortest fair loop: to find that is
 * NP-complete (Clarke, Grumberg, McMillan and Zhao, "Efficient generation of counterexamples", 1995).
 */
export class LoopFinder {
  readonly #part: Component;
  readonly #strengths: readonly number[];
  /** by class: in how many states it is enabled, by how many steps it is taken */
  readonly #counts: ReturnType<typeof countClasses>;
  /** while a way is looked for, by state: the step by which it was found + 1, and from where */
  readonly #foundBy: Int32Array;
  readonly #foundFrom: Int32Array;

  constructor(part: Component, { strengths }: Obligations) {
    this.#part = part;
    this.#strengths = strengths;
    this.#foundBy = new Int32Array(part.states.length);
    this.#foundFrom = new Int32Array(part.states.length);
    this.#counts = countClasses(part, strengths.length);
  }

  /** The actions and states (by their numbers in the graph) of the loop, which ends where it began. */
  through(home: number): { readonly actions: number[]; readonly states: number[] } {
    const { states, stepTo, stepAction } = this.#part;
    const hops = this.#shortened(this.#tour(home));
    return {
      actions: hops.map(({ step }) => stepAction[step] as number),
      states: hops.map(({ step }) => states[stepTo[step] as number] as number),
    };
  }

  #tour(home: number): Hop[] {
    const { stepTo, stepClass, isGoal } = this.#part;
    const { enabled } = this.#counts;
    const lacking = new Set(
      [...this.#strengths.keys()].filter((one) => (enabled[one] as number) > 0),
    );
    let lacksGoal = true;
    const pass = (state: number) => {
      if (isGoal[state] === 1) lacksGoal = false;
      for (const one of lacking) if (this.#excuses(state, one)) lacking.delete(one);
    };
    const hops: Hop[] = [];
    let at = home;
    pass(at);
    const follow = (way: readonly Hop[]) => {
      for (const hop of way) {
        hops.push(hop);
        lacking.delete(stepClass[hop.step] as number);
        at = stepTo[hop.step] as number;
        pass(at);
      }
    };
    while (lacking.size > 0 || lacksGoal) {
      follow(
        this.#nearest(at, (step) => {
          const [to, taken] = [stepTo[step] as number, stepClass[step] as number];
          if (lacking.has(taken) || (lacksGoal && isGoal[to] === 1)) return true;
          for (const one of lacking) if (this.#excuses(to, one)) return true;
          return false;
        }),
      );
    }
    if (hops.length === 0 || at !== home)
      follow(this.#nearest(at, (step) => stepTo[step] === home));
    return hops;
  }

  /** Whether a loop through the state need not take the class. */
  #excuses(state: number, one: number): boolean {
    return this.#strengths[one] !== STRONG && !this.#isEnabled(state, one);
  }

  #isEnabled(state: number, one: number): boolean {
    const { firstClass, classes } = this.#part;
    return classes.subarray(firstClass[state], firstClass[state + 1]).includes(one);
  }

  /** The shortest way whose last step is wanted. The part is strongly connected, so there is one. */
  #nearest(from: number, isWanted: (step: number) => boolean): Hop[] {
    const { firstStep, stepTo } = this.#part;
    const [foundBy, foundFrom] = [this.#foundBy, this.#foundFrom];
    foundBy.fill(0);
    const queue = [from];
    for (const state of queue) {
      for (let step = firstStep[state] as number; step < (firstStep[state + 1] as number); step++) {
        const to = stepTo[step] as number;
        if (isWanted(step)) return [...this.#way(from, state), { from: state, step }];
        if (to === from || foundBy[to] !== 0) continue;
        foundBy[to] = step + 1;
        foundFrom[to] = state;
        queue.push(to);
      }
    }
    throw new Error("a part of a component is not strongly connected");
  }

  #way(from: number, to: number): Hop[] {
    const way: Hop[] = [];
    for (let at = to; at !== from; at = this.#foundFrom[at] as number) {
      way.push({ from: this.#foundFrom[at] as number, step: (this.#foundBy[at] as number) - 1 });
    }
    return way.reverse();
  }

  /** Leaves out what lies between two visits to a state, as long as the loop stays fair. */
  #shortened(hops: readonly Hop[]): readonly Hop[] {
    let loop = hops;
    for (let at = 0; at < loop.length; at++) {
      const start = (loop[at] as Hop).from;
      for (let end = loop.length - 1; end > at; end--) {
        if ((loop[end] as Hop).from !== start) continue;
        const shorter = [...loop.slice(0, at), ...loop.slice(end)];
        if (!this.#isFair(shorter)) continue;
        loop = shorter;
        end = loop.length;
      }
    }
    return loop;
  }

  #isFair(hops: readonly Hop[]): boolean {
    const { stepClass, isGoal } = this.#part;
    if (!hops.some(({ from }) => isGoal[from] === 1)) return false;
    const taken = new Set(hops.map(({ step }) => stepClass[step] as number));
    return this.#strengths.every((strength, one) => {
      if (taken.has(one) || this.#counts.enabled[one] === 0) return true;
      const owed = (hop: Hop) => this.#isEnabled(hop.from, one);
      return strength === STRONG ? !hops.some(owed) : !hops.every(owed);
    });
  }
}
