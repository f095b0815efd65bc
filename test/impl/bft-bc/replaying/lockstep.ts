import { bftBc } from "../../../../impl/bft-bc/composition.ts";
import type { RegisterObject } from "../../../../impl/bft-bc/messages.ts";
import type { UserState } from "../../../../impl/bft-bc/user.ts";
import type { World } from "../../../../impl/bft-bc/world.ts";
import {
  type Action,
  actionText,
  applyAction,
  canonical,
  type Global,
  type Index,
  type Leaf,
  type Local,
  offersOf,
  startStates,
} from "../../../../spec/automaton/index.ts";
import { nextLocal } from "../../../../spec/automaton/semantics.ts";
import { ScriptedHosts } from "./hosts.ts";

/** A correct process of the model and where its host keeps the same state. */
interface Twin {
  readonly leaf: Leaf;
  readonly at: number;
  readonly process: Index;
  readonly object: RegisterObject;
  readonly name: "replica" | "client";
}

/**
 * A model and hosts that take the same steps. After each, every correct replica and client has the same
 * state in both.
 */
export class Lockstep {
  readonly hosts: ScriptedHosts;
  readonly #system: ReturnType<typeof bftBc>;
  readonly #twins: readonly Twin[];
  readonly #world: World;
  #global: Global;
  /** what is enabled in that state, once somebody has asked */
  #enabled: readonly Action[] | null = null;
  #steps = 0;

  static async start(world: World, { seed = 1, hostRules = world.rules } = {}): Promise<Lockstep> {
    return new Lockstep(world, await ScriptedHosts.start(world, hostRules, seed));
  }

  private constructor(world: World, hosts: ScriptedHosts) {
    this.hosts = hosts;
    this.#world = world;
    this.#system = bftBc(world);
    this.#global = startStates(this.#system)[0] as Global;
    this.#twins = this.#system.leaves.flatMap((leaf, at) => {
      const { process } = leaf.automaton;
      const name = leaf.part === "replicas" ? "replica" : "client";
      if (process == null || (leaf.part !== "replicas" && leaf.part !== "clients")) return [];
      return world.objects.map((object) => ({ leaf, at, process, object, name }) as const);
    });
    if (world.objects.length !== 1)
      throw new RangeError("a client of a host counts for each object");
  }

  /** What the model may do next, in its order. */
  enabled(): readonly Action[] {
    this.#enabled ??= this.#system.leaves.flatMap((leaf, at) =>
      offersOf(leaf, this.#global[at] as Local)
        .filter(({ clauses }) => clauses.every(([, holds]) => holds))
        .map(({ action }) => action),
    );
    return this.#enabled;
  }

  /** The names of all actions that the model controls, in order. */
  get actionNames(): string[] {
    const names = this.#system.leaves.flatMap(({ automaton }) =>
      Object.entries(automaton.transitions).flatMap(([name, { kind }]) =>
        kind === "input" ? [] : name,
      ),
    );
    return [...new Set(names)].sort();
  }

  allows(action: Action): boolean {
    const text = actionText(action);
    return this.enabled().some((one) => actionText(one) === text);
  }

  /** Whether a step would leave the model where it is. */
  isIdle(action: Action): boolean {
    return canonical(applyAction(this.#system, this.#global, action)) === canonical(this.#global);
  }

  /** Takes a step of the model on both sides. @throws Error where the hosts cannot, or differ */
  async take(action: Action): Promise<void> {
    const what = `step ${this.#steps}, ${actionText(action)}`;
    if (!this.allows(action)) throw new Error(`The model does not allow ${what}.`);
    this.#global = applyAction(this.#system, this.#global, action);
    this.#enabled = null;
    this.#steps += 1;
    const impossible = await this.hosts.take(action);
    if (impossible !== null) throw new Error(`On hosts, ${what}: ${impossible}.`);
    this.#compare(what);
  }

  /** Tries on hosts what the model does not allow. @returns why they cannot do it either */
  async refuse(action: Action): Promise<string> {
    const what = actionText(action);
    if (this.allows(action)) throw new Error(`The model allows ${what}.`);
    const impossible = await this.hosts.take(action);
    if (impossible === null) throw new Error(`Hosts do ${what}, which the model does not allow.`);
    this.#compare(`refused ${what}`);
    return impossible;
  }

  /** The network is fair to correct clients, until each has done its whole script. */
  async answerAll(): Promise<void> {
    const { scripts } = this.#world;
    const taken = new Map<string, number>();
    const count = (action: Action) => taken.get(actionText(action)) ?? 0;
    while (!this.#isDone) {
      // What was done least often goes first, so that nothing is repeated for ever.
      const [next] = this.enabled()
        .filter(({ payload }) => scripts.some(({ client }) => client === payload.client))
        .sort((a, b) => count(a) - count(b));
      if (next === undefined) throw new Error("A correct client waits for ever.");
      taken.set(actionText(next), count(next) + 1);
      await this.take(next);
    }
  }

  get #isDone(): boolean {
    return this.#system.leaves.every(({ part, position }, at) => {
      if (part !== "users") return true;
      const { invoked, waiting } = (this.#global[at] as Local).state as UserState;
      return !waiting && invoked === this.#world.scripts[position ?? 0]?.operations.length;
    });
  }

  #compare(what: string): void {
    for (const { leaf, at, process, object, name } of this.#twins) {
      const { names } = this.hosts;
      const model = canonical(names.toHost(quiet(leaf, this.#global[at] as Local).state));
      const host = canonical(this.hosts.state(process, names.toHost(object), name));
      if (model === host) continue;
      throw new Error(`After ${what}, ${leaf.name} is\n${model} in the model and\n${host} here.`);
    }
  }
}

/** A leaf after its own urgent steps: a host does them in the turn of the input that enables them. */
function quiet(leaf: Leaf, from: Local): Local {
  let local = from;
  for (;;) {
    const own = offersOf(leaf, local).find(
      ({ transition, clauses }) =>
        transition.kind !== "sent" &&
        transition.task?.urgency !== "spontaneous" &&
        clauses.every(([, holds]) => holds),
    );
    if (own === undefined) return local;
    local = nextLocal(leaf, own.transition, local, own.action);
  }
}
