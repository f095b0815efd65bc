import type { Action } from "../../spec/automaton/index.ts";
import type { Message, Wire } from "../network/process.ts";
import { type Aim, aimed, EVERYTHING } from "./aim.ts";
import type { Behaviour } from "./behaviour.ts";
import { assertCount, assertShare, below, type Chance, happens, pick } from "./dice.ts";
import { History } from "./history.ts";
import { mutated } from "./mutation.ts";

/** How many older messages or actions fields are taken from. */
const REMEMBERED = 128;

export interface MutateOptions extends Aim {
  /** how many small changes, from 1 to 10 */
  readonly changes: number;
  /**
   * Outputs are changed before the process signs them; of the aim only `share` counts. Else messages
   * are changed as they leave, with the signatures that they have.
   */
  readonly signed: boolean;
}

/**
 * Changes something small in what it says: raises or lowers a number, lets two fields or two
 * timestamps change places, takes a field from an older message, flips a bit of a signature, drops a
 * signature or repeats it under another name, changes a text, leaves a part out. Finds, as ByzzFuzz
 * did (known bugs 10, 14, 16, 17), checks that are missing or ignored, fields that no signature
 * covers, and certificates that two readers read differently; with a spoiled certificate, known bug 5.
 *
 * As messages leave, only unsigned parts can change and still be believed. With `signed` the lie is
 * told before the process signs, so it carries its own valid signature; there every value keeps its
 * kind, for the process's own code has to say it. What others signed it cannot change.
 * @throws RangeError for numbers outside their bounds
 */
export function mutate(options: Partial<MutateOptions> = {}): Behaviour {
  const { changes = 1, signed = false, share = EVERYTHING.share, ...rest } = options;
  const aim = { ...rest, share };
  assertCount("changes", changes, 1, 10);
  assertShare(share);
  const several = <T>(tree: T, older: () => T | null, keepsKinds: boolean, from: Chance): T => {
    let changed = tree;
    for (let made = 0; made < changes; made += 1) {
      changed = mutated(changed, older(), { fixed: ["type"], keepsKinds }, from);
    }
    return changed;
  };
  if (signed) {
    return {
      name: "mutate",
      begin() {
        const past: Action[] = [];
        return {
          emit(_unit, action, host, next) {
            const alike = past.filter(({ name }) => name === action.name);
            const older = () => pick(host, alike)?.payload ?? null;
            const lies = happens(host, share);
            past.push(action);
            if (past.length > REMEMBERED) past.shift();
            if (!lies) return next(action);
            next({ ...action, payload: several(action.payload, older, true, host) });
          },
        };
      },
    };
  }
  return {
    name: "mutate",
    begin() {
      const isChanged = aimed(aim);
      const history = new History(REMEMBERED);
      return {
        send(parcel, host) {
          const { unit, to, message } = parcel;
          const lies = isChanged(parcel, host);
          const older = () => history.any(host, () => true)?.message ?? null;
          host.send(unit, to, lies ? several(message, older, false, host) : message);
          history.add(parcel);
        },
      };
    },
  };
}

export interface GarbageOptions extends Aim {
  /** goes out beside the message; false: instead of it */
  readonly beside: boolean;
}

/** Names that a careless reader of records trips over. */
const KEYS = ["type", "__proto__", "constructor", "toString", "length", "", "0", "val", "id"];

/** Any value that a frame can carry, small: depth is bounded by `depth`, breadth by 4. */
function anyValue(from: Chance, depth: number): Wire {
  switch (below(from, depth > 0 ? 8 : 6)) {
    case 0:
      return null;
    case 1:
      return below(from, 2) === 0;
    case 2:
      return pick(from, [0, 1, -1, 255, -1e9, Number.MAX_SAFE_INTEGER]) as number;
    case 3:
      return pick(from, ["", "x", "replica#0", "client#1", "x".repeat(300), "ä€😀"]) as string;
    case 4:
      return from.random(pick(from, [0, 1, 32, 64, 65]) as number);
    case 5:
      return pick(from, KEYS) as string;
    case 6:
      return Array.from({ length: below(from, 4) }, () => anyValue(from, depth - 1));
    default:
      return anyRecord(from, depth - 1, []);
  }
}

/** Its keys are its own, `__proto__` too. */
function anyRecord(from: Chance, depth: number, known: readonly string[]): Record<string, Wire> {
  const keys = [...KEYS, ...known, ...known];
  return Object.fromEntries(
    Array.from({ length: below(from, 5) }, () => [
      pick(from, keys) as string,
      anyValue(from, depth),
    ]),
  );
}

/**
 * Sends random values that are well framed: unknown types, known types with random fields, right
 * fields with values of other kinds, keys such as `__proto__`, and now and then no type at all. Finds
 * decoders that throw and handlers that trust the shape. What it sends is a record in a sound frame,
 * for hosts report messages by their fields; transports are tested by themselves. Nor does it get past a check of signatures.
 * @throws RangeError unless 0 ≤ `share` ≤ 1
 */
export function garbage(options: Partial<GarbageOptions> = {}): Behaviour {
  const { beside = false, ...aim } = options;
  aimed(aim);
  return {
    name: "garbage",
    begin() {
      const isReplaced = aimed(aim);
      const types = new Set<string>();
      return {
        send(parcel, host) {
          const { unit, to, message } = parcel;
          // What comes from another liar may have no type.
          if (typeof message.type === "string" && types.size < REMEMBERED) types.add(message.type);
          const lies = isReplaced(parcel, host);
          if (beside || !lies) host.send(unit, to, message);
          if (lies) host.send(unit, to, rubbish(message, [...types], host));
        },
      };
    },
  };
}

function rubbish(message: Message, types: readonly string[], from: Chance): Message {
  const type = pick(from, [...types, ...types, "NONSENSE", ""]) as string;
  switch (below(from, 4)) {
    case 0:
      // Perhaps without a type, or with one that is no text: the frame carries it all the same.
      return anyRecord(from, 3, Object.keys(message)) as unknown as Message;
    case 1:
      return { ...anyRecord(from, 3, Object.keys(message)), type };
    default: {
      const fields = Object.entries(message).map(([key, value]): [string, Wire] =>
        below(from, 2) === 0 ? [key, anyValue(from, 3)] : [key, value],
      );
      return Object.fromEntries([...fields, ["type", type]]) as Message;
    }
  }
}
