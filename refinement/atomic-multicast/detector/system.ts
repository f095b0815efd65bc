import { detector } from "../../../impl/atomic-multicast/detector/automaton.ts";
import {
  DETECTOR_REPAIRED,
  type DetectorRules,
} from "../../../impl/atomic-multicast/detector/rules.ts";
import { byOneTick } from "../../../impl/atomic-multicast/detector/timeouts.ts";
import type { Replica } from "../../../impl/atomic-multicast/messages.ts";
import { compose, indices } from "../../../spec/automaton/index.ts";
import { type LinkOptions, link, synchrony, talker, world } from "./world.ts";

export interface InstanceSize {
  /** how many processes there are */
  readonly processes: 2 | 4;
  /** of rounds 1, 2, …: how many places after the watcher its coordinator stands */
  readonly coordinators: readonly number[];
  /** the position of the faulty process; none without it */
  readonly faulty?: { readonly at: number; readonly behaves: "mute" | "talks" };
  /** ticks, in a timely network */
  readonly delay: number;
  /** the longest time-out, in ticks; `delay + 1` without it */
  readonly ceiling?: number;
  readonly hurried?: boolean;
  readonly idles?: boolean;
  /** an adversary repeats what a correct process signed, or makes up what it did not sign */
  readonly inTheNameOf?: "what it signed" | "anything";
  /** each of the processes watches the others; else only the first */
  readonly allWatch?: boolean;
  readonly rules?: DetectorRules;
}

/** nb of the instance: a coordinator says Initial and Ready in its round. */
const MESSAGES = 2;

/** Detectors of correct processes, what they get to hear, and perhaps a faulty process that talks. */
export function detectorSystem(size: InstanceSize) {
  const { rules = DETECTOR_REPAIRED, delay, ceiling = delay + 1 } = size;
  const { hurried = false, idles = false } = size;
  const group: readonly Replica[] = indices("replica", size.processes);
  const faulty = group.filter((_, at) => at === size.faulty?.at);
  const rounds = size.coordinators.length;
  const watches = (size.allWatch === true ? group : group.slice(0, 1)).map((self, at) => ({
    self,
    coordinators: size.coordinators.map((after) => group[(at + after) % group.length] as Replica),
  }));
  const isCorrect = (one: Replica) => !faulty.includes(one);
  const system = compose(
    "muteness",
    {
      detectors: watches.map(({ self, coordinators }) =>
        detector({
          self,
          group: [self, ...coordinators],
          rules,
          timeouts: byOneTick(1, ceiling),
          messagesPerRound: MESSAGES,
          lastRound: rounds,
        }),
      ),
      worlds: watches.map((watch) => world({ ...watch, faulty, delay, hurried, idles })),
      links: watches.flatMap(({ self, coordinators }) =>
        coordinators
          .filter(isCorrect)
          .map((from) => link({ self, from, coordinators, inTheNameOf: added(size) })),
      ),
      talkers: faulty
        .filter(() => size.faulty?.behaves === "talks")
        .flatMap((self) => watches.map((watch) => talker({ self, to: watch.self, rounds }))),
      synchrony,
    },
    { open: ["MISBEHAVED"] },
  );
  return { system, watches, faulty, isCorrect };
}

export type DetectorSystem = ReturnType<typeof detectorSystem>;

function added({ inTheNameOf, coordinators }: InstanceSize): LinkOptions["inTheNameOf"] {
  if (inTheNameOf === undefined) return null;
  return inTheNameOf === "anything"
    ? { round: coordinators.length + 1, kind: "SUSPICION" }
    : { round: 0, kind: "VALUE" };
}
