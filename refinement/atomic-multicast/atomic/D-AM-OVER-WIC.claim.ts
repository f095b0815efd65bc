import { overProtocol } from "../../../impl/atomic-multicast/atomic/over-protocol.ts";
import {
  ATOMIC,
  ATOMIC_MUTANTS,
  type AtomicRules,
} from "../../../impl/atomic-multicast/atomic/rules.ts";
import { forged, isSigned, signed } from "../../../impl/atomic-multicast/atomic/symbolic.ts";
import { WIC_REPAIRED } from "../../../impl/atomic-multicast/rules.ts";
import { type WicSize, wicWorldOf } from "../../../impl/atomic-multicast/wic/instances.ts";
import {
  type Action,
  type Case,
  claim,
  includedIn,
  index,
  type Problem,
  witness,
  witnessAction,
} from "../../../spec/automaton/index.ts";
import { atomicMulticastSystem } from "../../../spec/multicast/atomic.ts";

const REQUEST = { client: index("client", 0), seq: 1, op: "m" };
const TWIN = forged({ ...REQUEST, op: "a" }, index("replica", 3));

function problem(size: WicSize, rules: AtomicRules): Problem {
  const consistency = wicWorldOf(size, WIC_REPAIRED);
  const system = overProtocol({
    options: { width: 2, isSigned, rules },
    consistency,
    message: signed(REQUEST),
    proposals: { "value#0": [TWIN], "value#1": [] },
  });
  return {
    system,
    properties: [
      includedIn(system, {
        name: "atomic multicast",
        specification: atomicMulticastSystem({
          correct: consistency.correct,
          faulty: [],
          before: [REQUEST],
          stages: 1,
          once: "each number",
        }),
        visible: {
          "A-DELIVER": (payload: Action["payload"]) => ({ name: "A-DELIVER", payload }),
        },
      }),
    ],
    witnesses: [
      witness(system, {
        name: "each correct replica delivered the message",
        reads: ["replicas"],
        reached: ({ replicas }) => replicas.every(({ k, batch }) => k === 1 && batch.length === 0),
      }),
      witnessAction(system, {
        name: "an estimate with a forged message is decided",
        action: "DECIDED",
        where: ({ estimate }) =>
          (estimate as readonly { readonly value: string }[]).some(
            ({ value }) => value === "value#0",
          ),
      }),
    ],
    reductions: ["sends-at-once"],
    excludes: [
      "one message of a correct client, multicast before the start; one instance",
      "faulty replicas propose a forged message, or nothing",
      `${size.rounds} rounds; two estimates may occur, which differ in the faulty replica's value`,
    ],
  };
}

const over = (
  variant: string,
  instance: string,
  size: WicSize,
  rest: Pick<Case, "expect" | "tier"> & Partial<Case>,
  rules = ATOMIC,
): Case => ({ variant, instance, problem: () => problem(size, rules), ...rest });

const ONE_ROUND: WicSize = {
  faulty: [3],
  rounds: 1,
  instances: 1,
  estimates: "two",
  suspicion: "at once",
};
const FAULTY_COORDINATOR: WicSize = { ...ONE_ROUND, faulty: [1] };
const TWO_ROUNDS: WicSize = { ...FAULTY_COORDINATOR, rounds: 2, lockstep: true };

export default claim({
  id: "D-AM-OVER-WIC",
  says: "Algorithm 2 over Algorithm 3 itself, one instance: what shows is what the specification of atomic multicast shows.",
  source: "D §4.3 and §5, Figure 1",
  cases: [
    over("repaired", "one round", ONE_ROUND, {
      expect: "holds",
      tier: "ci",
      pinned: { states: 6191, depth: 27 },
    }),
    over("repaired", "one round, its coordinator faulty", FAULTY_COORDINATOR, {
      expect: "holds",
      tier: "ci",
      pinned: { states: 16156, depth: 28 },
    }),
    over("repaired", "two rounds in lockstep, the first coordinator faulty", TWO_ROUNDS, {
      expect: "holds",
      tier: "nightly",
    }),
    over(
      "mutant/signature-not-checked",
      "one round, its coordinator faulty",
      FAULTY_COORDINATOR,
      { expect: "violated", tier: "ci" },
      ATOMIC_MUTANTS["signature-not-checked"] as AtomicRules,
    ),
  ],
});
