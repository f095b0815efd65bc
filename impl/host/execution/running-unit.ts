import type { AnyTransition } from "../../../spec/automaton/automaton.ts";
import { agrees, candidates, execute } from "../../../spec/automaton/execute.ts";
import {
  type Action,
  type AnyAutomaton,
  actionText,
  type Draw,
  detach,
  freeze,
} from "../../../spec/automaton/index.ts";
import { isRecord } from "../../../spec/automaton/values.ts";
import type { Unit } from "../../network/process.ts";
import { HostError } from "../errors.ts";
import { ChangedEntries } from "./changed-entries.ts";
import { tracked, watched } from "./tracked.ts";

/**
 * How effects run. `immutable` is the reference: immer, frozen states. `in place` runs the same
 * recipe on the live state; a differential test compares every state of both.
 */
export type Execution = "immutable" | "in place";

/** The most steps that one input may cause: more means that a protocol never gets quiet. */
const STEPS_MAX = 100_000;

/** A locally controlled transition with what stands between it and its next step. */
interface Controlled {
  readonly leaf: RunningLeaf;
  readonly name: string;
  readonly transition: AnyTransition;
  /** the fields that it read when it was found disabled; null: it must be tried */
  blockedBy: Set<string> | null;
}

interface RunningLeaf {
  readonly name: string;
  readonly automaton: AnyAutomaton;
  state: unknown;
  /** the live state under the proxy that notes changes; only in place */
  live: object | null;
  /** the fields that the step under way has changed */
  readonly changed: Set<string>;
  /** of durable fields that are kept by entry: what has changed since that was taken */
  readonly entries: ReadonlyMap<string, ChangedEntries>;
}

/** A durable field that has changed, or one entry of it, by leaf. */
export interface Change {
  readonly leaf: string;
  readonly field: string;
  /** of a field that is kept by entry; null: the whole field */
  readonly entry: string | null;
  /** undefined: the entry is gone */
  readonly value: unknown;
}

/** The leaves of one unit while they run: inputs in, urgent tasks until quiet, outputs out. */
export class RunningUnit {
  readonly #leaves: RunningLeaf[];
  readonly #controlled: Controlled[];
  readonly #execution: Execution;
  readonly #draw: Draw;
  /** outputs that effects sent and that were not yet performed */
  readonly #outbox: { leaf: RunningLeaf; action: Action }[] = [];
  readonly #dirty = new Map<RunningLeaf, Set<string>>();
  /** where the search for an enabled task goes on, so that none is starved */
  #turn = 0;

  /** @param restored durable fields by leaf, which override the start state's */
  constructor(
    unit: Unit,
    restored: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
    options: { readonly execution: Execution; readonly draw: Draw },
  ) {
    this.#execution = options.execution;
    this.#draw = options.draw;
    this.#leaves = Object.entries(unit).map(([name, automaton]) =>
      runningLeaf(name, automaton, restored[name] ?? {}, options.execution),
    );
    this.#controlled = this.#leaves.flatMap((leaf) =>
      Object.entries(leaf.automaton.transitions)
        .filter(([, { kind, task }]) => isOwn(kind) && task?.urgency !== "spontaneous")
        .map(([name, transition]) => ({ leaf, name, transition, blockedBy: null })),
    );
  }

  state(leaf: string): unknown {
    const found = this.#leaves.find(({ name }) => name === leaf);
    if (found === undefined) throw new RangeError(`no leaf ${leaf}`);
    return found.state;
  }

  /** Runs each leaf's `recover`, after a restart. */
  recover(performed: (action: Action) => void): void {
    for (const leaf of this.#leaves) {
      const { recover } = leaf.automaton;
      if (recover == null) continue;
      this.#run(leaf, { name: "RESTART", payload: {} }, { kind: "input", effect: recover.effect });
    }
    this.#untilQuiet(performed);
  }

  /**
   * Performs an input and then the urgent tasks that it enables, until none is left.
   * @param performed called for each output and internal action, in order, after its step
   * @throws HostError `replica-stopped` if an effect threw: the unit must not be used any more
   */
  input(action: Action, performed: (action: Action) => void): void {
    this.#perform({ name: action.name, payload: freeze(action.payload) });
    this.#untilQuiet(performed);
  }

  /**
   * The durable fields that changed since the last call, or the entries of those kept by entry.
   * @throws HostError `replica-stopped` if a field that is kept by entry is no map any more
   */
  takeChanges(): Change[] {
    const changes: Change[] = [];
    for (const [leaf, fields] of this.#dirty) {
      for (const field of fields) {
        if (leaf.automaton.fields?.[field]?.keeping !== "durable") continue;
        const value: unknown = Reflect.get(Object(leaf.state), field);
        const entries = leaf.entries.get(field);
        if (entries === undefined) {
          changes.push({ leaf: leaf.name, field, entry: null, value });
          continue;
        }
        if (!isRecord(value)) {
          const what = `Automaton "${leaf.automaton.name}": ${field}, kept by entry, is no map any more.`;
          throw new HostError("replica-stopped", what);
        }
        for (const [entry, one] of entries.take(value)) {
          changes.push({ leaf: leaf.name, field, entry, value: one });
        }
      }
    }
    this.#dirty.clear();
    return changes;
  }

  #untilQuiet(performed: (action: Action) => void): void {
    for (let steps = 0; ; steps += 1) {
      if (steps > STEPS_MAX) {
        throw new HostError("replica-stopped", `A unit took ${STEPS_MAX} steps without a pause.`);
      }
      const action = this.#outbox.shift()?.action ?? this.#nextEnabled();
      if (action === null) return;
      this.#perform(action);
      performed(action);
    }
  }

  #perform(action: Action): void {
    for (const leaf of this.#leaves) {
      const transition = leaf.automaton.transitions[action.name];
      if (transition?.effect === undefined || !agrees(transition, action.payload)) continue;
      this.#run(leaf, action, transition);
    }
  }

  #run(leaf: RunningLeaf, action: Action, transition: AnyTransition): void {
    leaf.changed.clear();
    let sent: readonly Action[];
    try {
      sent =
        leaf.live === null
          ? runImmutable(leaf, action, transition)
          : runInPlace(leaf.live, action, transition);
    } catch (cause) {
      throw stepFailed(leaf, action, cause);
    }
    const texts = new Set<string>();
    for (const one of sent) {
      // An outbox is a set.
      if (sent.length > 1 && texts.size === texts.add(actionText(one)).size) continue;
      this.#outbox.push({ leaf, action: one });
    }
    if (leaf.changed.size === 0) return;
    const dirty = this.#dirty.get(leaf) ?? new Set();
    for (const field of leaf.changed) dirty.add(field);
    this.#dirty.set(leaf, dirty);
    for (const one of this.#controlled) {
      if (one.leaf !== leaf || one.blockedBy === null) continue;
      if (one.blockedBy.has("") || intersect(one.blockedBy, leaf.changed)) one.blockedBy = null;
    }
  }

  /** The next enabled urgent action, searched for from where the last one was found. */
  #nextEnabled(): Action | null {
    for (let tried = 0; tried < this.#controlled.length; tried += 1) {
      const at = (this.#turn + tried) % this.#controlled.length;
      const one = this.#controlled[at] as Controlled;
      if (one.blockedBy !== null) continue;
      const payload = this.#enabled(one);
      if (payload === null) continue;
      this.#turn = at + 1;
      return { name: one.name, payload };
    }
    return null;
  }

  #enabled(one: Controlled): Action["payload"] | null {
    const reads = new Set<string>();
    let draws = false;
    const draw: Draw = (from) => {
      draws = true;
      return this.#draw(from);
    };
    const view = watched(one.leaf.state, (field) => reads.add(field));
    const { automaton } = one.leaf;
    const clauses = Object.values(one.transition.when ?? {});
    for (const payload of candidates(automaton, one.name, one.transition, view, draw)) {
      if (clauses.every((holds) => holds(view, payload))) return payload;
    }
    // What asks the environment may get another answer next time. The reference tries everything.
    one.blockedBy = draws || this.#execution === "immutable" ? null : reads;
    return null;
  }
}

const isOwn = (kind: AnyTransition["kind"]) => kind === "output" || kind === "internal";

function runningLeaf(
  name: string,
  automaton: AnyAutomaton,
  durable: Readonly<Record<string, unknown>>,
  execution: Execution,
): RunningLeaf {
  const [start, ...others] = automaton.start();
  if (others.length > 0 || automaton.form !== "leaf" || automaton.fields === null) {
    const what = `Automaton "${automaton.name}" cannot run: it needs one start state and fields.`;
    throw new HostError("replica-stopped", what);
  }
  const entries = new Map(
    Object.entries(automaton.fields)
      .filter(([, { keeping, by }]) => keeping === "durable" && by === "entry")
      .map(([field]) => [field, new ChangedEntries()] as const),
  );
  for (const field of entries.keys()) {
    const map: unknown = Reflect.get(Object(start), field);
    if (isRecord(map) && Object.keys(map).length === 0) continue;
    // An entry that nobody stored has to be one that is not there.
    const what = `Automaton "${automaton.name}" cannot run: ${field}, kept by entry, starts as no empty map.`;
    throw new HostError("replica-stopped", what);
  }
  const state = detach({ ...Object(start), ...durable });
  const changed = new Set<string>();
  const leaf = { name, automaton, changed, entries, state, live: null };
  if (execution === "immutable") return { ...leaf, state: freeze(state) };
  const live = tracked(state as object, new Set(entries.keys()), (field, entry, before) => {
    changed.add(field);
    if (entry === null) entries.get(field)?.replace(before);
    else entries.get(field)?.touch(entry);
  });
  return { ...leaf, live };
}

function runImmutable(
  leaf: RunningLeaf,
  action: Action,
  transition: AnyTransition,
): readonly Action[] {
  const before = leaf.state;
  const { state, sent } = execute(leaf.automaton, action, transition, before);
  leaf.state = freeze(state);
  for (const field of Object.keys(Object(state))) {
    const [old, made] = [before, state].map((of) => Reflect.get(Object(of), field));
    if (old === made) continue;
    leaf.changed.add(field);
    leaf.entries.get(field)?.compare(Object(old), Object(made));
  }
  return sent;
}

function runInPlace(live: object, action: Action, transition: AnyTransition): readonly Action[] {
  const sent: Action[] = [];
  const send = (name: string, payload: Action["payload"]) => {
    sent.push({ name, payload: freeze(detach(payload)) });
  };
  const made: unknown = transition.effect?.(live, action.payload, send as never);
  if (made !== undefined && made !== live) Object.assign(live, made);
  return sent;
}

function stepFailed(leaf: RunningLeaf, action: Action, cause: unknown): HostError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const what = `Automaton "${leaf.automaton.name}" failed in ${action.name}: ${reason}.`;
  return new HostError("replica-stopped", what, { cause });
}

function intersect(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  for (const one of a) if (b.has(one)) return true;
  return false;
}
