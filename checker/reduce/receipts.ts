import type { Problem } from "../../spec/automaton/claim.ts";
import { type Action, actionText } from "../../spec/automaton/execute.ts";
import type { Family } from "../explore/families.ts";
import type { Model } from "../explore/model.ts";
import type { Inbox } from "./inboxes.ts";
import type { LocalSteps } from "./local-steps.ts";
import { refuse } from "./refusals.ts";

/** The receipts that are enabled in a state. */
export interface Waiting {
  readonly all: ReadonlySet<number>;
  /** by the track of the inbox, in the order of their ids */
  readonly at: ReadonlyMap<number, readonly number[]>;
}

/** Finds the receipts that are enabled, and checks that they stay so. */
export class Receipts {
  readonly #problem: Problem;
  readonly #model: Model;
  readonly #steps: LocalSteps;
  readonly #inboxes: ReadonlyMap<number, Inbox>;
  readonly #names: ReadonlySet<string>;
  readonly #families: readonly Family[];
  readonly #tracks: readonly number[];
  readonly #waiting = new Map<string, Waiting>();
  readonly #kept = new Map<Waiting, Set<Waiting>>();

  constructor(
    problem: Problem,
    model: Model,
    steps: LocalSteps,
    inboxes: ReadonlyMap<number, Inbox>,
  ) {
    this.#problem = problem;
    this.#model = model;
    this.#steps = steps;
    this.#inboxes = inboxes;
    this.#names = new Set(problem.absorbing?.flatMap(({ receipts }) => receipts));
    this.#families = model.families.filter(({ leaf }) =>
      Object.entries(leaf.automaton.transitions).some(
        ([name, { kind }]) => this.#names.has(name) && kind !== "input",
      ),
    );
    const tracks = new Set(this.#families.flatMap((family) => [...family.tracks]));
    for (const track of tracks) {
      if (inboxes.has(track)) this.#refuse("an automaton with an inbox controls receipts");
    }
    this.#tracks = [...tracks];
  }

  isReceipt(action: number): boolean {
    return this.#names.has((this.#model.actions[action] as Action).name);
  }

  /** The receipts that are enabled in a state. */
  in(vector: Int32Array): Waiting {
    const needed: number[] = [];
    const key = () => [...this.#tracks, ...needed].map((track) => vector[track]).join();
    const idOf = (track: number) => vector[track] as number;
    const offered = this.#families.flatMap((family) =>
      [...this.#model.rowOf(family, Array.from(family.tracks, idOf))].filter((action) =>
        this.isReceipt(action),
      ),
    );
    for (const action of offered) needed.push(...this.#model.needsOf(action));
    const text = key();
    let waiting = this.#waiting.get(text);
    if (waiting === undefined) {
      waiting = this.#sorted(offered.filter((action) => this.#model.needsHold(action, idOf)));
      this.#waiting.set(text, waiting);
    }
    this.#checkOthers(vector, waiting);
    return waiting;
  }

  #sorted(receipts: readonly number[]): Waiting {
    const all = new Set([...receipts].sort((a, b) => a - b));
    const at = new Map<number, number[]>();
    for (const receipt of all) {
      const inboxes = this.#steps
        .participants(receipt)
        .filter(({ track }) => this.#inboxes.has(track));
      if (inboxes.length > 1) this.#refuse(`${this.#text(receipt)} fills two inboxes`);
      if ((this.#model.joints[receipt] ?? []).length > 0) {
        this.#refuse(`${this.#text(receipt)} changes cells`);
      }
      const [one] = inboxes;
      if (one !== undefined) at.set(one.track, [...(at.get(one.track) ?? []), receipt]);
    }
    return { all, at };
  }

  /** A receipt changes its inbox and nothing else: not the network, not an observer. */
  #checkOthers(vector: Int32Array, { all }: Waiting): void {
    for (const receipt of all) {
      for (const { track } of this.#steps.participants(receipt)) {
        if (this.#inboxes.has(track)) continue;
        const { to, sent } = this.#steps.of(track, vector[track] as number, receipt);
        if (to === vector[track] && sent.length === 0) continue;
        const name = this.#model.tracks[track]?.name;
        this.#refuse(`${this.#text(receipt)} changes ${name}, besides an inbox`);
      }
    }
  }

  /** @throws QuorateError `reduction-refused` where a step disables a receipt */
  checkKept(before: Waiting, action: number, after: Waiting): void {
    if (before === after || this.#kept.get(before)?.has(after)) return;
    for (const receipt of before.all) {
      if (after.all.has(receipt)) continue;
      this.#refuse(`${this.#text(action)} disables ${this.#text(receipt)}`);
    }
    const kept = this.#kept.get(before) ?? new Set();
    this.#kept.set(before, kept.add(after));
  }

  refuseReader(action: number): never {
    return this.#refuse(`${this.#text(action)} reads two inboxes`);
  }

  #text(action: number): string {
    return actionText(this.#model.actions[action] as Action);
  }

  #refuse(what: string): never {
    return refuse("absorbing-inputs", this.#problem, what);
  }
}
