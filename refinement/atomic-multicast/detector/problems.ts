import type { DetectorState } from "../../../impl/atomic-multicast/detector/automaton.ts";
import type { Replica } from "../../../impl/atomic-multicast/messages.ts";
import {
  type Case,
  eventuallyAlways,
  type Fairness,
  leadsTo,
  notFair,
  type Problem,
  type Property,
  type Witness,
  weaklyFair,
  witness,
  witnessAction,
} from "../../../spec/automaton/index.ts";
import { type DetectorSystem, detectorSystem, type InstanceSize } from "./system.ts";
import type { WorldState } from "./world.ts";

export interface Question {
  readonly properties: (one: DetectorSystem, size: InstanceSize) => readonly Property[];
  readonly witnesses: (one: DetectorSystem, size: InstanceSize) => readonly Witness[];
}

export function caseOf(
  variant: string,
  size: InstanceSize,
  { properties, witnesses }: Question,
  rest: Pick<Case, "expect"> & Partial<Case>,
): Case {
  return {
    variant,
    instance: nameOf(size),
    tier: "ci",
    problem: (): Problem => {
      const one = detectorSystem(size);
      return {
        system: one.system,
        properties: properties(one, size),
        witnesses: witnesses(one, size),
        excludes: excludesOf(size),
      };
    },
    ...rest,
  };
}

export function nameOf(size: InstanceSize): string {
  const { processes, coordinators, delay, faulty } = size;
  return [
    `${processes} processes`,
    ...(faulty === undefined ? [] : [`one ${faulty.behaves === "mute" ? "mute" : "talks"}`]),
    `${coordinators.length} rounds`,
    `delay ${delay}`,
    `time-outs to ${size.ceiling ?? delay + 1}`,
    ...(size.allWatch === true ? ["all watch"] : []),
    ...(size.hurried === true ? ["hurried"] : []),
    ...(size.idles === true ? ["idles"] : []),
    ...(size.inTheNameOf === undefined ? [] : [`others say ${size.inTheNameOf}`]),
  ].join(", ");
}

export const excludesOf = ({ allWatch }: InstanceSize) => [
  "messages more than one instance late",
  "two messages under way from one process: the later stands for both",
  "what correct processes say that are not the coordinator",
  ...(allWatch === true ? [] : ["detectors of other processes: they share nothing with this one"]),
];

type View = {
  readonly worlds: readonly WorldState[];
  readonly detectors: readonly DetectorState[];
};

/** Each message that was sent arrives, each suspicion ends for itself. */
export const fair = ({ system }: DetectorSystem): Fairness[] => [
  ...(system.leaves.some(({ part }) => part === "links")
    ? [weaklyFair("links/HEARD", { by: ["kind"] })]
    : []),
  weaklyFair("detectors/TRUST", { by: ["of"] }),
];
/** Nobody promises that the network ever becomes timely. */
export const ASYNCHRONOUS: readonly Fairness[] = [notFair("STABLE")];

const isAwaited = ({ worlds, detectors }: View, at: number, of: Replica) =>
  worlds[at]?.phase === "waits" && detectors[at]?.awaits === of;

/** D-FD-MC: whoever waits for a faulty process is told that it is suspect, or stops waiting. */
export const waitsAreTold =
  (fairness: readonly Fairness[] = []): Question["properties"] =>
  (one, { hurried }) =>
    one.watches.flatMap(({ self }, at) =>
      one.faulty.map((of) =>
        leadsTo(one.system, {
          name: `${self} is told to suspect ${of} while it waits for it`,
          reads: ["worlds", "detectors"],
          fairness: [...fair(one), ...fairness],
          premise: (now) => isAwaited(now, at, of),
          conclusion: (now) =>
            now.worlds[at]?.told === true || (hurried === true && !isAwaited(now, at, of)),
        }),
      ),
    );

/** D-FD-MC, "for ever": from some time on nobody waits for a mute process without suspecting it. */
export const muteStaySuspected: Question["properties"] = (one) =>
  one.watches.flatMap(({ self }, at) =>
    one.faulty.map((of) =>
      eventuallyAlways(one.system, {
        name: `at last ${self} suspects ${of} whenever it waits for it`,
        reads: ["worlds", "detectors"],
        fairness: fair(one),
        holds: (now) =>
          !isAwaited(now, at, of) || now.detectors[at]?.suspects.includes(of) === true,
      }),
    ),
  );

/** The paper's definition: nothing of it comes any more, whether or not anybody waits. */
export const silentAreSuspected: Question["properties"] = (one) =>
  one.watches.flatMap(({ self }, at) =>
    one.faulty.map((of) =>
      eventuallyAlways(one.system, {
        name: `at last ${self} suspects ${of}, which is silent`,
        reads: ["detectors"],
        fairness: fair(one),
        holds: ({ detectors }) => detectors[at]?.suspects.includes(of) === true,
      }),
    ),
  );

/** D-FD-EWA, and more: each correct process is at last suspected by no correct one. */
export const correctAreTrusted =
  (fairness: readonly Fairness[] = []): Question["properties"] =>
  (one) =>
    one.watches.flatMap(({ self, coordinators }, at) =>
      coordinators.filter(one.isCorrect).map((of) =>
        eventuallyAlways(one.system, {
          name: `at last ${self} does not suspect ${of}`,
          reads: ["detectors"],
          fairness: [...fair(one), ...fairness],
          holds: ({ detectors }) => detectors[at]?.suspects.includes(of) !== true,
        }),
      ),
    );

export const faultyIsSuspected = ({ system, faulty }: DetectorSystem): Witness =>
  witnessAction(system, {
    name: "the faulty process is suspected",
    action: "DOUBT",
    where: ({ of }) => faulty.includes(of),
  });

export const talkerExceeds = ({ system, watches, faulty }: DetectorSystem): Witness =>
  witness(system, {
    name: "the faulty process said more than a correct one does",
    reads: ["detectors"],
    reached: ({ detectors }) =>
      watches.some((_, at) => {
        const { exceeded, awaits } = detectors[at] as DetectorState;
        return exceeded && faulty.includes(awaits as Replica);
      }),
  });

export const correctIsSuspected = ({ system, isCorrect }: DetectorSystem): Witness =>
  witnessAction(system, {
    name: "a correct process is suspected",
    action: "DOUBT",
    where: ({ of }) => isCorrect(of),
  });

export const correctIsTrustedAgain = ({ system, isCorrect }: DetectorSystem): Witness =>
  witnessAction(system, {
    name: "a correct process is trusted again",
    action: "TRUST",
    where: ({ of }) => isCorrect(of),
  });
