import type {
  DetectorActions,
  DetectorState,
} from "../../../impl/atomic-multicast/detector/automaton.ts";
import type { Replica } from "../../../impl/atomic-multicast/messages.ts";
import {
  compose,
  type Input,
  insert,
  observer,
  type PayloadOf,
  type Problem,
  remove,
  simulates,
  witnessAction,
} from "../../../spec/automaton/index.ts";
import { muteness } from "../../../spec/multicast/muteness.ts";
import { excludesOf, fair } from "./problems.ts";
import { detectorSystem, type InstanceSize } from "./system.ts";
import type { WorldState } from "./world.ts";

type Heard = { readonly doubted: readonly Replica[]; readonly heard: readonly Replica[] };
interface Listening {
  DOUBT: Input<PayloadOf<DetectorActions, "DOUBT">>;
  TRUST: Input<PayloadOf<DetectorActions, "TRUST">>;
  HEARD: Input<PayloadOf<DetectorActions, "HEARD">>;
}

/** Who was heard while it was suspected: by any message, where the detector asks for a new one. */
const ears = observer<Heard, Listening>("ears", {
  start: { doubted: [], heard: [] },
  on: {
    DOUBT: { effect: (seen, { of }) => void insert(seen.doubted, of) },
    TRUST: {
      effect(seen, { of }) {
        remove(seen.doubted, of);
        remove(seen.heard, of);
      },
    },
    HEARD: {
      effect(seen, { from }) {
        if (seen.doubted.includes(from)) insert(seen.heard, from);
      },
    },
  },
});

/**
 * One detector, its timing assumption, and ◇M. A state stands for one after stabilisation when the
 * network is timely, the time-out of the first coordinator is longer than its bound, and its
 * present wait began no earlier than that. What is shown: from then on that process is never
 * suspected, and nobody is trusted again unheard.
 */
export function simulationOf(size: InstanceSize): Problem {
  const one = detectorSystem(size);
  const [{ self, coordinators }] = one.watches as [(typeof one.watches)[number]];
  const accurate = coordinators[0] as Replica;
  const system = compose(
    "watched muteness",
    { ...one.system.parts, ears },
    { open: ["MISBEHAVED"] },
  );
  const specification = compose(
    "◇M",
    { muteness: muteness({ correct: [self, accurate], stabilises: "may" }) },
    { open: ["EXPECT", "MET", "HEARD"] },
  );
  const [first, other] = [self, accurate];
  const isStable = (d: DetectorState, w: WorldState) =>
    w.stable &&
    (d.peers[accurate]?.timeout ?? 0) > size.delay &&
    !d.suspects.includes(accurate) &&
    (d.awaits !== accurate || (d.waited <= w.age && !d.exceeded));
  return {
    system,
    properties: [
      simulates(system, {
        name: "◇M, step by step, and what it owes is done",
        specification,
        visible: ["EXPECT", "MET", "HEARD", "DOUBT", "TRUST", "SUSPECT"],
        reads: ["detectors", "worlds", "ears"],
        fair: fair(one),
        mapping: ({ detectors, worlds, ears: { heard } }) => {
          const d = detectors[0] as DetectorState;
          const { round, awaits, told, suspects } = d;
          const view = { k: Math.max(d.k, 0), round, awaits, told, suspects, heard };
          const stable = isStable(d, worlds[0] as WorldState);
          return {
            muteness: {
              accurate: stable ? accurate : null,
              views: { [first]: view, [other]: UNUSED },
            },
          };
        },
        answers: (before, action, after) => [
          ...(SHOWN.has(action.name) ? [action] : []),
          ...(!isStable(before.detectors[0] as DetectorState, before.worlds[0] as WorldState) &&
          isStable(after.detectors[0] as DetectorState, after.worlds[0] as WorldState)
            ? [{ name: "STABILISE", payload: { accurate } }]
            : []),
        ],
      }),
    ],
    witnesses: [
      witnessAction(system, {
        name: "a process is trusted again",
        action: "TRUST",
        where: ({ of }) => of === accurate,
      }),
    ],
    excludes: excludesOf(size),
  };
}

const SHOWN: ReadonlySet<string> = new Set(["EXPECT", "MET", "HEARD", "DOUBT", "TRUST", "SUSPECT"]);

/** The view of a process that does not watch here. */
const UNUSED = { k: 0, round: 0, awaits: null, told: false, suspects: [], heard: [] };
