import { watchSpecification } from "../../../checker/history/watch.ts";
import { bftBc } from "../../../impl/bft-bc/composition.ts";
import type { World } from "../../../impl/bft-bc/world.ts";
import {
  type Action,
  applyAction,
  equal,
  type Global,
  type Local,
  offersOf,
  startStates,
} from "../../../spec/automaton/index.ts";
import { atomicRegister } from "../../../spec/register/register.ts";

type Wanted = Readonly<Record<string, unknown>>;

const VISIBLE = ["INVOKE-WRITE", "INVOKE-READ", "RETURN-WRITE", "RETURN-READ", "STOP"];

/** A run of a world, step by step, by the reference semantics. */
export class ByHand {
  readonly #system: ReturnType<typeof bftBc>;
  readonly #world: World;
  readonly #seen: Action[] = [];
  #global: Global;

  constructor(world: World) {
    this.#world = world;
    this.#system = bftBc(world);
    this.#global = startStates(this.#system)[0] as Global;
  }

  /** The enabled actions of a name whose payloads have these parts. */
  enabled(name: string, wanted: Wanted = {}): readonly Action[] {
    return this.#system.leaves.flatMap((leaf, at) =>
      offersOf(leaf, this.#global[at] as Local)
        .filter(({ action, clauses }) => action.name === name && clauses.every(([, on]) => on))
        .map(({ action }) => action)
        .filter(({ payload }) =>
          Object.entries(wanted).every(([key, value]) => equal(payload[key], value)),
        ),
    );
  }

  /** Takes the first of them. @throws RangeError if there is none */
  take(name: string, wanted: Wanted = {}): void {
    const [action] = this.enabled(name, wanted);
    if (action === undefined) throw new RangeError(`no ${name} ${JSON.stringify(wanted)}`);
    this.#global = applyAction(this.#system, this.#global, action);
    if (VISIBLE.includes(name)) this.#seen.push(action);
    this.#settle();
  }

  /** A request reaches replicas of these numbers, each of which answers at once. */
  reach(name: string, replicas: readonly number[], wanted: Wanted = {}): void {
    for (const at of replicas) this.take(name, { ...wanted, replica: `replica#${at}` });
  }

  /**
   * Whether the users saw what the register allows: with so many lurking writes, or with any number
   * that so many writes of correct clients hide.
   */
  isPossible(maxLurking: number | null, maxOverwrites: number | null = null): boolean {
    const { objects, scripts, faultyClients, initial } = this.#world;
    const register = atomicRegister({
      objects,
      correct: scripts.map(({ client }) => client),
      faulty: Object.fromEntries(faultyClients.map(({ client, values }) => [client, values])),
      initial,
      maxLurking,
      maxOverwrites,
    });
    const watcher = watchSpecification(register, { visible: VISIBLE });
    for (const action of this.#seen) watcher.see(action);
    return watcher.verdict.verdict === "possible";
  }

  /** What was sent leaves at once. */
  #settle(): void {
    for (;;) {
      const [next] = this.#system.leaves.flatMap((leaf, at) =>
        offersOf(leaf, this.#global[at] as Local)
          .filter(({ transition, clauses }) => {
            return transition.kind === "sent" && clauses.every(([, on]) => on);
          })
          .map(({ action }) => action),
      );
      if (next === undefined) return;
      this.#global = applyAction(this.#system, this.#global, next);
    }
  }
}
