import type { RegisterHistory, RegisterValue } from "../../../checker/history/register.ts";

interface Bounds {
  readonly initial: RegisterValue;
  /** by faulty client: what it may write */
  readonly faulty: Readonly<Record<string, readonly string[]>>;
  readonly maxLurking: number | null;
  readonly maxOverwrites: number | null;
  readonly counts: "together" | "each-object";
}

/** A sequential history as far as it was made; only what the conditions ask of it. */
interface Sequence {
  readonly values: ReadonlyMap<string, RegisterValue>;
  /** by faulty client that stopped: its writes since, by key, and the correct writes since, by key */
  readonly since: ReadonlyMap<string, { bad: Map<string, number>; good: Map<string, number> }>;
  /** keys with a bad write that nothing followed yet: a second one would hide it at once */
  readonly fresh: ReadonlySet<string>;
}

/**
 * Definition 1 of paper L (and §7.1), read literally: whether some legal sequential history has the
 * operations of the correct clients in an order that respects real time, with writes of faulty
 * clients anywhere, within the bounds after each one's stop. It tries all, for tiny histories.
 */
export function isBftLinearizable(history: RegisterHistory, bounds: Bounds): boolean {
  const keys = [
    ...new Set(history.flatMap(({ operation: one }) => (one.op === "stop" ? [] : one.key))),
  ];
  const failed = new Set<string>();

  function extend(placed: ReadonlySet<number>, sequence: Sequence): boolean {
    if (history.every(({ returned }, at) => returned === null || placed.has(at))) return true;
    const key = textOf(placed, sequence);
    if (failed.has(key)) return false;
    const next = history.some((one, at) => {
      if (placed.has(at)) return false;
      const isLate = history.some(
        (other, of) => !placed.has(of) && of !== at && (other.returned ?? 1e9) < one.invoked,
      );
      if (isLate) return false;
      const after = place(sequence, one);
      return after !== null && extend(new Set([...placed, at]), after);
    });
    if (next || insertions(sequence).some((after) => extend(placed, after))) return true;
    failed.add(key);
    return false;
  }

  function place(sequence: Sequence, one: RegisterHistory[number]): Sequence | null {
    const { operation } = one;
    const fresh = new Set<string>();
    if (operation.op === "stop") {
      const since = new Map(sequence.since);
      since.set(operation.client, { bad: new Map(), good: new Map() });
      return { ...sequence, since, fresh };
    }
    const value = sequence.values.get(operation.key) ?? bounds.initial;
    if (operation.op === "get") {
      return one.returned === null || one.result === value ? { ...sequence, fresh } : null;
    }
    const since = new Map(
      Array.from(sequence.since, ([client, { bad, good }]) => {
        return [client, { bad, good: counted(good, operation.key) }] as const;
      }),
    );
    return { values: new Map(sequence.values).set(operation.key, operation.value), since, fresh };
  }

  function insertions(sequence: Sequence): Sequence[] {
    return keys.flatMap((key) =>
      sequence.fresh.has(key)
        ? []
        : Object.entries(bounds.faulty).flatMap(([client, values]) => {
            const since = insertedBy(sequence, client, key);
            if (since === null) return [];
            const fresh = new Set([...sequence.fresh, key]);
            return values.map((value) => ({
              values: new Map(sequence.values).set(key, value),
              since,
              fresh,
            }));
          }),
    );
  }

  /** The counts after one more write of a faulty client; null where it is one too many. */
  function insertedBy(sequence: Sequence, client: string, key: string): Sequence["since"] | null {
    const { maxLurking, maxOverwrites, counts } = bounds;
    const own = sequence.since.get(client);
    if (own === undefined) return sequence.since;
    if (maxOverwrites !== null && (own.good.get(key) ?? 0) >= maxOverwrites) return null;
    const bad = counted(own.bad, key);
    const all = [...bad.values()].reduce((sum, count) => sum + count, 0);
    const count = counts === "together" ? all : (bad.get(key) as number);
    if (maxLurking !== null && count > maxLurking) return null;
    return new Map(sequence.since).set(client, { bad, good: own.good });
  }

  return extend(new Set(), { values: new Map(), since: new Map(), fresh: new Set() });
}

function counted(counts: ReadonlyMap<string, number>, key: string): Map<string, number> {
  return new Map(counts).set(key, (counts.get(key) ?? 0) + 1);
}

function textOf(placed: ReadonlySet<number>, { values, since, fresh }: Sequence): string {
  const sorted = (one: ReadonlyMap<string, unknown>) =>
    [...one].sort(([a], [b]) => (a < b ? -1 : 1));
  const counts = sorted(since).map(([client]) => {
    const own = since.get(client);
    return [client, sorted(own?.bad ?? new Map()), sorted(own?.good ?? new Map())];
  });
  return JSON.stringify([[...placed].sort(), sorted(values), counts, [...fresh].sort()]);
}
