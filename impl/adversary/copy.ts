import {
  type Action,
  applyAction,
  type Composition,
  compose,
  type Global,
  type Index,
  startStates,
  stepsFrom,
} from "../../spec/automaton/index.ts";
import type {
  Certificate,
  Decoded,
  HostedProcess,
  ProcessHost,
  Unit,
  Wire,
} from "../network/process.ts";

/** The most steps that one input may cause. */
const STEPS_MAX = 10_000;
/** The most units that a copy remembers; beyond, it forgets the oldest, as no correct process may. */
const UNITS_MAX = 1_000;

interface CopiedUnit {
  readonly composition: Composition;
  readonly kept: Map<string, Certificate>;
  global: Global;
}

/**
 * A correct process that runs inside a faulty one, on states of its own, by the reference semantics.
 * It sends, signs, waits and draws through the host that it is given with each call; what it keeps is
 * in memory alone, and its answers to local users are dropped, since they talk to the first copy.
 * Its automata take the choices of the environment from their finite domains.
 */
export class Copy {
  readonly #process: HostedProcess;
  readonly #units = new Map<string, CopiedUnit>();
  #isStopped = false;
  /** Why it stopped by itself: a lie has brought its code where no correct process gets. */
  failure: unknown = null;

  constructor(process: HostedProcess) {
    this.#process = process;
  }

  /** Another one with the same states; what the process keeps beside them is shared. */
  fork(): Copy {
    const fork = new Copy(this.#process);
    for (const [name, unit] of this.#units) {
      fork.#units.set(name, { ...unit, kept: new Map(unit.kept) });
    }
    return fork;
  }

  /** From now on it does nothing; its timers come to nothing. */
  stop(): void {
    this.#isStopped = true;
  }

  decode(from: Index, message: Wire): Decoded | { readonly refused: string } {
    return this.#process.decode(from, message);
  }

  deliver(from: Index, decoded: Decoded, host: ProcessHost): void {
    this.#run(() => this.#process.deliver(from, decoded, this.#hostOver(host)));
  }

  connected(peer: Index, host: ProcessHost): void {
    this.#run(() => this.#process.connected?.(peer, this.#hostOver(host)));
  }

  /** Its failure is its own: neither the first copy nor the host shall stop for it. */
  #run(use: () => void): void {
    if (this.#isStopped) return;
    try {
      use();
    } catch (cause) {
      this.failure = cause;
      this.#isStopped = true;
    }
  }

  #hostOver(host: ProcessHost): ProcessHost {
    const own: ProcessHost = {
      now: () => host.now(),
      after: (delayMs, run) => host.after(delayMs, () => this.#run(run)),
      random: (count) => host.random(count),
      sign: (statement) => host.sign(statement),
      send: (unit, to, message) => {
        if (!this.#isStopped) host.send(unit, to, message);
      },
      release: () => undefined,
      phases: () => undefined,
      input: (unit, action) => this.#input(unit, action, own),
      state: (unit, leaf) => {
        const { composition, global } = this.#unit(unit);
        const at = composition.leaves.findIndex(({ name }) => name === leaf);
        return global[at]?.state;
      },
      hasRoom: (unit) => this.#units.has(unit) || this.#units.size < UNITS_MAX,
      kept: (unit, slot) => this.#unit(unit).kept.get(slot) ?? null,
      keep: (unit, slot, certificate) => {
        const { kept } = this.#unit(unit);
        if (certificate === null) kept.delete(slot);
        else kept.set(slot, certificate);
      },
    };
    return own;
  }

  #unit(name: string): CopiedUnit {
    const known = this.#units.get(name);
    if (known !== undefined) return known;
    const composition = composed(name, this.#process.unit(name));
    const global = startStates(composition)[0] as Global;
    const unit = { composition, kept: new Map(), global };
    this.#units.set(name, unit);
    const [oldest] = this.#units.keys();
    if (this.#units.size > UNITS_MAX && oldest !== undefined) this.#units.delete(oldest);
    return unit;
  }

  #input(name: string, action: Action, host: ProcessHost): void {
    const unit = this.#unit(name);
    unit.global = applyAction(unit.composition, unit.global, action);
    for (let steps = 0; steps < STEPS_MAX; steps += 1) {
      const enabled = stepsFrom(unit.composition, unit.global).filter(
        ({ action: one, controller }) =>
          controller.automaton.transitions[one.name]?.task?.urgency !== "spontaneous",
      );
      // Going round by the count of steps starves no task that stays enabled.
      const step = enabled[steps % enabled.length];
      if (step === undefined) return;
      unit.global = step.to;
      this.#process.emit(name, step.action, host);
    }
    throw new RangeError(`A copy took ${STEPS_MAX} steps without a pause.`);
  }
}

/** The automata of a unit, with every input open: messages and users are outside. */
function composed(name: string, unit: Unit): Composition {
  const inputs = Object.values(unit).flatMap(({ transitions }) =>
    Object.entries(transitions).flatMap(([action, { kind }]) => (kind === "input" ? action : [])),
  );
  return compose(name, unit as Readonly<Record<string, never>>, { open: inputs as never[] });
}
