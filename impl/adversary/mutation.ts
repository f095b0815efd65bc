import { index, isIndex, labelOf, positionOf, sortOf } from "../../spec/automaton/index.ts";
import { below, type Chance, pick, shuffled } from "./dice.ts";
import { isNested, type Place, placesIn, replaced, samePath } from "./tree.ts";

/*
 * Small changes of valid messages, one at a time, that keep their structure: what a buggy or lying
 * process would plausibly say (ByzzFuzz). Random bytes rarely pass the first check; these do.
 */

/** What a mutation may draw upon. */
interface Material {
  readonly tree: unknown;
  readonly places: readonly Place[];
  /** places of an older message; none: it has no past */
  readonly older: readonly Place[];
}

/** Gives the changed tree, or undefined where there is nothing for it to change. */
type Mutation = (of: Material, from: Chance) => unknown;

const safe = (value: number) =>
  Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, value));

/** By one, mostly: fields are compared with their neighbours. Now and then as far as it goes. */
const raiseOrLower: Mutation = ({ tree, places }, from) => {
  const at = pick(
    from,
    places.filter(({ kind }) => kind === "number"),
  );
  if (at === undefined) return undefined;
  const value = at.value as number;
  const others = [value + 1, value - 1, value + 1, value - 1, value * 2, 0, 1e6 + value];
  const changed = safe(pick(from, [...others, Number.MAX_SAFE_INTEGER]) as number);
  return replaced(tree, at.path, changed === value ? safe(value - 1) : changed);
};

/** Two values that may stand for each other change places: two objects, two timestamps. */
const swapAlike =
  (keepsKinds: boolean): Mutation =>
  ({ tree, places }, from) => {
    for (const one of shuffled(from, places.slice(0, 64))) {
      const other = pick(
        from,
        places.filter(
          ({ shape, path, value }) =>
            shape === one.shape &&
            !isNested(path, one.path) &&
            !sameValue(value, one.value) &&
            (!keepsKinds || sameKinds(value, one.value)),
        ),
      );
      if (other === undefined) continue;
      return replaced(replaced(tree, one.path, other.value), other.path, one.value);
    }
    return undefined;
  };

/** The same field of an older message, or another of the same shape. */
const fromOlder =
  (keepsKinds: boolean): Mutation =>
  ({ tree, places, older }, from) => {
    for (const one of shuffled(from, places.slice(0, 64))) {
      const differs = older.filter(
        ({ value }) => !sameValue(value, one.value) && (!keepsKinds || sameKinds(value, one.value)),
      );
      const sameField = differs.find(({ path }) => samePath(path, one.path));
      const alike =
        sameField ??
        pick(
          from,
          differs.filter(({ shape }) => shape === one.shape),
        );
      if (alike !== undefined) return replaced(tree, one.path, alike.value);
    }
    return undefined;
  };

/** One bit of a signature, or of other bytes. */
const flipByte: Mutation = ({ tree, places }, from) => {
  const at = pick(
    from,
    places.filter(({ kind, value }) => kind === "bytes" && (value as Uint8Array).length > 0),
  );
  if (at === undefined) return undefined;
  const bytes = (at.value as Uint8Array).slice();
  const position = below(from, bytes.length);
  bytes[position] = (bytes[position] ?? 0) ^ (1 << below(from, 8));
  return replaced(tree, at.path, bytes);
};

/** A certificate with one signature less, or with one in the name of two signers. */
const spoilCertificate: Mutation = ({ tree, places }, from) => {
  const certificate = pick(from, places.filter(isCertificate));
  if (certificate === undefined) return undefined;
  const signed = Object.entries(certificate.value as object) as [string, Uint8Array][];
  const victim = pick(from, signed) as [string, Uint8Array];
  const rest = signed.filter((one) => one !== victim);
  if (below(from, 2) === 0) return replaced(tree, certificate.path, Object.fromEntries(rest));
  const [by, signature] = victim;
  const other = pick(from, rest)?.[0] ?? neighbour(by, from);
  const repeated = Object.fromEntries([...rest.filter(([one]) => one !== other), victim]);
  const forged = { ...repeated, [other]: signature };
  return replaced(tree, certificate.path, forged);
};

const isCertificate = ({ kind, value }: Place): boolean => {
  if (kind !== "record") return false;
  const parts = Object.entries(value as object);
  return parts.length > 0 && parts.every(([by, one]) => isIndex(by) && one instanceof Uint8Array);
};

/** An element of an array less, or one twice. */
const dropOrRepeat: Mutation = ({ tree, places }, from) => {
  const list = pick(
    from,
    places.filter(({ kind, value }) => kind === "array" && (value as unknown[]).length > 0),
  );
  if (list === undefined) return undefined;
  const values = [...(list.value as readonly unknown[])];
  const at = below(from, values.length);
  if (below(from, 2) === 0) values.splice(at, 1);
  else values.splice(at, 0, values[at]);
  return replaced(tree, list.path, values);
};

const changeText: Mutation = ({ tree, places }, from) => {
  const at = pick(
    from,
    places.filter(({ kind }) => kind === "text"),
  );
  if (at === undefined) return undefined;
  return replaced(tree, at.path, otherText(at.value as string, from));
};

/** A hash stays a hash, and an index an index of its sort, so that it passes the first check. */
function otherText(text: string, from: Chance): string {
  if (isIndex(text)) return neighbour(text, from);
  if (text === "") return "x";
  // By characters: half of one could not be encoded.
  const characters = [...text];
  const position = below(from, characters.length);
  const digits = /^[0-9a-f]+$/.test(text) ? "0123456789abcdef" : "xyzä€0 ";
  const others = [...digits].filter((one) => one !== characters[position]);
  characters[position] = pick(from, others) as string;
  return characters.join("");
}

function neighbour(text: string, from: Chance): string {
  if (!isIndex(text) || labelOf(text) !== null) return `${text.slice(0, -1)}x'`;
  const at = positionOf(text);
  return index(sortOf(text), at === 0 || below(from, 2) === 0 ? at + 1 : at - 1);
}

const negate: Mutation = ({ tree, places }, from) => {
  const at = pick(
    from,
    places.filter(({ kind }) => kind === "boolean"),
  );
  return at === undefined ? undefined : replaced(tree, at.path, at.value !== true);
};

/** What may be left out is: a proof, a predecessor. */
const leaveOut: Mutation = ({ tree, places }, from) => {
  const at = pick(
    from,
    places.filter(({ kind }) => kind !== "null"),
  );
  return at === undefined ? undefined : replaced(tree, at.path, null);
};

/** Those after which the process's own code still finds each field of the type that it expects. */
const KEEPING_KINDS: readonly Mutation[] = [
  raiseOrLower,
  swapAlike(true),
  fromOlder(true),
  changeText,
  negate,
];

const ALL: readonly Mutation[] = [
  raiseOrLower,
  swapAlike(false),
  fromOlder(false),
  changeText,
  negate,
  flipByte,
  spoilCertificate,
  dropOrRepeat,
  leaveOut,
];

export interface MutationOptions {
  /** top-level fields that stay as they are */
  readonly fixed: readonly string[];
  /** each value stays of its kind, and no part gets lost */
  readonly keepsKinds: boolean;
}

/**
 * A tree that differs from `tree` in one small thing, which stays as it is itself; `tree` where it has
 * nothing to change.
 * @param older an earlier tree to take fields from, or null
 */
export function mutated<T>(tree: T, older: T | null, options: MutationOptions, from: Chance): T {
  const { fixed, keepsKinds } = options;
  const material = {
    tree,
    places: placesIn(tree, fixed),
    older: older === null ? [] : placesIn(older, fixed),
  };
  for (const mutation of shuffled(from, keepsKinds ? KEEPING_KINDS : ALL)) {
    const changed = mutation(material, from);
    if (changed !== undefined) return changed as T;
  }
  return tree;
}

function sameValue(a: unknown, b: unknown): boolean {
  return a === b || agree(a, b, (one, other) => one.shape === other.shape && alike(one, other));
}

/** Whether all parts of two values, and they themselves, are of the same kinds. */
const sameKinds = (a: unknown, b: unknown) => agree(a, b, (one, other) => one.kind === other.kind);

function agree(a: unknown, b: unknown, holds: (one: Place, other: Place) => boolean): boolean {
  const [places, others] = [placesIn([a]), placesIn([b])];
  return (
    places.length === others.length &&
    places.every((one, at) => {
      const other = others[at] as Place;
      return samePath(one.path, other.path) && holds(one, other);
    })
  );
}

/** Of two values of one shape, whether they are equal apart from their parts. */
function alike({ value, kind }: Place, { value: other }: Place): boolean {
  switch (kind) {
    case "array":
    case "record":
      return true;
    case "bytes":
      return (value as Uint8Array).every((byte, at) => byte === (other as Uint8Array)[at]);
    default:
      return value === other;
  }
}
