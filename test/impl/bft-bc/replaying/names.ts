import type { RegisterObject } from "../../../../impl/bft-bc/messages.ts";
import type { World } from "../../../../impl/bft-bc/world.ts";
import type { Action, DigestFunction } from "../../../../spec/automaton/index.ts";
import { named, positionOf } from "../../../../spec/automaton/index.ts";

/** The key under which users of hosts know an object of the model. */
const keyOf = (object: RegisterObject): string => String(positionOf(object));

/** What a host's register holds before any write. */
export const NO_VALUE = "";

/** Every value that the world's clients may write. */
const valuesOf = (world: World): string[] => [
  ...world.faultyClients.flatMap(({ values }) => values),
  ...world.scripts.flatMap(({ operations }) => operations.flatMap(({ write }) => write ?? [])),
];

/**
 * The names of one world in the model and on hosts. They differ in three places: an object is a
 * number here and a key there, digests are symbolic here and SHA-256 there, and the initial value has a
 * name here and is empty there.
 */
export class Names {
  readonly #toHost: ReadonlyMap<string, string>;
  readonly #toModel: ReadonlyMap<string, string>;
  /** what a SHA-256 digest is of */
  readonly preimages: ReadonlyMap<string, string>;

  constructor(world: World, digest: DigestFunction) {
    const values = valuesOf(world);
    const pairs: [string, string][] = [
      [world.initial, NO_VALUE],
      [world.digest(world.initial), digest(NO_VALUE)],
      ...world.objects.map((one): [string, string] => [one, named("object", keyOf(one))]),
      ...values.map((value): [string, string] => [world.digest(value), digest(value)]),
    ];
    this.#toHost = new Map(pairs);
    this.#toModel = new Map(pairs.map(([model, host]) => [host, model]));
    this.preimages = new Map([...values, NO_VALUE].map((value) => [digest(value), value]));
  }

  /** A state or a payload of the model as hosts spell it. */
  toHost<T>(value: T): T {
    return translated(value, this.#toHost) as T;
  }

  toModel<T>(value: T): T {
    return translated(value, this.#toModel) as T;
  }

  action({ name, payload }: Action): Action {
    return { name, payload: this.toHost(payload) };
  }
}

function translated(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value === "string") return names.get(value) ?? value;
  if (Array.isArray(value)) return value.map((one) => translated(one, names));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [names.get(key) ?? key, translated(one, names)]),
  );
}
