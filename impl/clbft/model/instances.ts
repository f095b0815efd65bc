import { indices } from "../../../spec/automaton/index.ts";
import type { Request } from "../messages.ts";
import { type ClbftRules, quorumSizes } from "../rules.ts";
import { SEQUENCE } from "./service.ts";
import type { ClbftWorld } from "./world.ts";

/** What distinguishes an instance. */
export interface ClbftSize {
  /** f, of n = 3f + 1 replicas; 1 without it */
  readonly faults?: number;
  /** the faulty replicas by position: position v is the primary of view v */
  readonly faulty: readonly number[];
  readonly views: number;
  readonly numbers: number;
  /** requests of each client; `twins`: a faulty client signs two requests of one name */
  readonly requests: readonly number[] | "twins";
  /** `from the start` without it */
  readonly admission?: ClbftWorld["admission"];
  /** 1 without it */
  readonly batchMax?: number;
  /** K and L; no checkpoints without it */
  readonly checkpoints?: { readonly every: number; readonly window: number };
  /** the replicas by position that may restart: as many times in all as they are */
  readonly restarts?: readonly number[];
  /** true without it; not false with checkpoints */
  readonly executes?: boolean;
  readonly owes?: boolean;
  /** true without it */
  readonly collapses?: boolean;
}

/** A bounded instance under the given rules. */
export function clbftWorldOf(size: ClbftSize, rules: ClbftRules): ClbftWorld {
  const faults = size.faults ?? 1;
  const group = indices("replica", 3 * faults + 1);
  return {
    rules,
    sizes: quorumSizes(faults, rules),
    group,
    correct: group.filter((_, at) => !size.faulty.includes(at)),
    faulty: group.filter((_, at) => size.faulty.includes(at)),
    requests: requestsOf(size),
    admission: size.admission ?? "from the start",
    batchMax: size.batchMax ?? 1,
    views: size.views,
    numbers: size.numbers,
    checkpointEvery: size.checkpoints?.every ?? null,
    window: size.checkpoints?.window ?? size.numbers,
    service: SEQUENCE,
    restarts: group.filter((_, at) => size.restarts?.includes(at) === true),
    executes: size.executes !== false || size.checkpoints !== undefined,
    owes: size.owes ?? false,
    collapses: (size.collapses ?? true) && rules.reportsOfView,
  };
}

function requestsOf({ requests }: ClbftSize): Request[] {
  const clients = indices("client", requests === "twins" ? 1 : requests.length);
  if (requests === "twins") {
    return clients.flatMap((client) => ["a", "b"].map((op): Request => ({ client, t: 1, op })));
  }
  let at = 0;
  return requests.flatMap((count, of) =>
    Array.from({ length: count }, (_, before): Request => {
      const client = clients[of];
      if (client === undefined) throw new RangeError("no such client");
      return { client, t: before + 1, op: "abcdefgh"[at++] ?? `${at}` };
    }),
  );
}
