import { EVERYTHING } from "./aim.ts";
import type { Behaviour } from "./behaviour.ts";
import { doubleVote, stale, twin } from "./copies.ts";
import { garbage, mutate } from "./mutate.ts";
import { equivocate, replay } from "./replay.ts";
import { crash, mute, withhold } from "./silence.ts";
import { delay, duplicate, reorder } from "./timing.ts";

/** The value of an option that can be written on a command line or in a file. */
export type Plain = number | boolean | readonly string[];

export type PlainOptions = Readonly<Record<string, Plain>>;

/** A behaviour that can be asked for by name. */
export interface NamedBehaviour {
  /** one line */
  readonly description: string;
  /** every option with its default */
  readonly defaults: PlainOptions;
  create(options: PlainOptions): Behaviour;
}

function entry<Options extends { readonly [K in keyof Options]: Plain }>(
  description: string,
  defaults: Options,
  create: (options: Options) => Behaviour,
): NamedBehaviour {
  return {
    description,
    defaults,
    create: (options) => create({ ...defaults, ...options } as Options),
  };
}

const aim = { ...EVERYTHING };

/** The ready-made behaviours by name. Options that are functions, and `combine`, are code's alone. */
export const BEHAVIOURS: Readonly<Record<string, NamedBehaviour>> = {
  mute: entry("takes every message and sends none", {}, mute),
  crash: entry(
    "acts correctly for so many deliveries and sends, then does nothing more",
    { deliveries: 20, sends: Number.POSITIVE_INFINITY },
    crash,
  ),
  withhold: entry("keeps messages back, from half of the peers", { ...aim, half: true }, withhold),
  delay: entry("holds messages for a random time", { ...aim, minMs: 0, maxMs: 1_000 }, delay),
  duplicate: entry("sends messages again", { ...aim, copies: 1, laterMs: 0 }, duplicate),
  reorder: entry("sends messages in another order", { window: 8, flushMs: 100 }, reorder),
  replay: entry(
    "sends old messages of its own, to other peers too",
    { ...aim, share: 0.5, beside: true, others: true, remembers: 256 },
    replay,
  ),
  equivocate: entry("tells one half of the peers the last message but one", {}, equivocate),
  stale: entry("answers one half of the peers from a past state", { lag: 8 }, stale),
  "double-vote": entry("signs everything that it is asked, whatever its state", {}, doubleVote),
  twin: entry("two correct copies with one key, each with its own peers", { split: true }, twin),
  mutate: entry(
    "changes something small in what it says",
    { ...aim, share: 0.5, changes: 1, signed: false },
    mutate,
  ),
  garbage: entry(
    "sends random values that are well framed",
    { ...aim, share: 0.5, beside: false },
    garbage,
  ),
};

/**
 * A behaviour by its name in {@link BEHAVIOURS}.
 * @throws RangeError for an unknown name or option, and for a value of another kind or out of bounds
 */
export function behaviourNamed(name: string, options: PlainOptions = {}): Behaviour {
  const known = Object.hasOwn(BEHAVIOURS, name) ? BEHAVIOURS[name] : undefined;
  if (known === undefined) {
    const names = Object.keys(BEHAVIOURS).join(", ");
    throw new RangeError(`No behaviour is named ${JSON.stringify(name)}: use one of ${names}.`);
  }
  for (const [key, value] of Object.entries(options)) {
    if (!Object.hasOwn(known.defaults, key)) {
      const has = Object.keys(known.defaults).join(", ") || "none";
      throw new RangeError(
        `Behaviour ${name} has no option ${JSON.stringify(key)}: it has ${has}.`,
      );
    }
    const expected = kindOf(known.defaults[key]);
    if (kindOf(value) !== expected) {
      const got = JSON.stringify(value);
      throw new RangeError(`Option ${key} of behaviour ${name} is ${expected}, not ${got}.`);
    }
  }
  return known.create(options);
}

function kindOf(value: unknown): string {
  if (typeof value === "number") return "a number";
  if (typeof value === "boolean") return "true or false";
  const isList = Array.isArray(value) && value.every((one) => typeof one === "string");
  return isList ? "a list of strings" : "something else";
}
