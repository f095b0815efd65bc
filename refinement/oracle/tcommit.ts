import type { Index, Internal } from "../../spec/automaton/index.ts";
import {
  cells,
  compose,
  indices,
  invariant,
  mapOf,
  noDeadlock,
  values,
  witness,
} from "../../spec/automaton/index.ts";

type Rm = Index<"rm">;
type RmState = "working" | "prepared" | "committed" | "aborted";
type RmStates = Readonly<Record<Rm, RmState>>;

interface TransactionActions {
  prepare: Internal<{ rm: Rm }>;
  commit: Internal<{ rm: Rm }>;
  abort: Internal<{ rm: Rm }>;
}

/** One automaton, because a resource manager decides by looking at all the others. */
const transaction = (rms: readonly Rm[]) => {
  const alone = rms.map((rm) => ({ reads: [rm], choose: () => [{ rm }] }));
  const withOthers = rms.map((rm) => ({ reads: rms, choose: () => [{ rm }] }));
  const touches = ({ rm }: { rm: Rm }) => [rm];
  return cells<RmStates, TransactionActions>("transaction", {
    start: mapOf(rms.map((rm) => [rm, "working"])),
    transitions: {
      prepare: {
        kind: "internal",
        scopes: alone,
        when: { working: (states, { rm }) => states[rm] === "working" },
        touches,
        effect: (states, { rm }) => {
          states[rm] = "prepared";
        },
      },
      commit: {
        kind: "internal",
        scopes: withOthers,
        when: {
          prepared: (states, { rm }) => states[rm] === "prepared",
          allPreparedOrCommitted: (states) =>
            values(states).every((state) => state === "prepared" || state === "committed"),
        },
        touches,
        effect: (states, { rm }) => {
          states[rm] = "committed";
        },
      },
      abort: {
        kind: "internal",
        scopes: withOthers,
        when: {
          undecided: (states, { rm }) => states[rm] === "working" || states[rm] === "prepared",
          noneCommitted: (states) => !values(states).includes("committed"),
        },
        touches,
        effect: (states, { rm }) => {
          states[rm] = "aborted";
        },
      },
    },
  });
};

/** What `n` resource managers may do in a transaction, after TCommit.tla of tlaplus/Examples. */
export function transactionCommit(n: number) {
  const rms = indices("rm", n);
  const system = compose("transaction-commit", { transaction: transaction(rms) });
  const reads = ["transaction"] as const;
  return {
    system,
    properties: [
      invariant(system, {
        name: "no resource manager commits while another aborts",
        reads,
        holds: ({ transaction }) => {
          const states = values(transaction);
          return !(states.includes("committed") && states.includes("aborted"));
        },
      }),
      noDeadlock(system, {
        name: "each resource manager can decide",
        reads,
        finished: ({ transaction }) =>
          values(transaction).every((state) => state === "committed" || state === "aborted"),
      }),
    ],
    witnesses: [
      witness(system, {
        name: "all commit",
        reads,
        reached: ({ transaction }) => values(transaction).every((state) => state === "committed"),
      }),
      witness(system, {
        name: "all abort",
        reads,
        reached: ({ transaction }) => values(transaction).every((state) => state === "aborted"),
      }),
    ],
  };
}
