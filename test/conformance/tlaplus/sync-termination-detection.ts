import {
  automaton,
  compose,
  type Internal,
  invariant,
  type Problem,
  spontaneous,
  stepInvariant,
  urgent,
} from "../../../spec/automaton/index.ts";
import { leadsTo, weaklyFair } from "../../../spec/automaton/liveness.ts";
import { assumedIf } from "./fairness.ts";

export interface Detection {
  readonly active: readonly boolean[];
  readonly terminationDetected: boolean;
}
interface DetectionActions {
  Terminate: Internal<{ node: number; terminationDetected: boolean }>;
  Wakeup: Internal<{ node: number; other: number }>;
  DetectTermination: Internal;
}

const terminated = ({ active }: Pick<Detection, "active">) => !active.includes(true);

/** Every way in which `n` nodes are active or not. */
export function activities(n: number): boolean[][] {
  const bits = Array.from({ length: n }, (_, at) => at);
  return Array.from({ length: 2 ** n }, (_, all) => bits.map((at) => ((all >> at) & 1) === 1));
}

/** Nodes that wake each other in one step, and what detects that all are passive. */
export function syncDetectionSystem(n: number) {
  const nodes = Array.from({ length: n }, (_, at) => at);
  const isAfter = (now: Detection, node: number) =>
    now.active.every((active, at) => !active || at === node);
  const detection = automaton<Detection, DetectionActions>("detection", {
    start: () =>
      activities(n).flatMap((active) => [
        { active, terminationDetected: false },
        ...(terminated({ active }) ? [{ active, terminationDetected: true }] : []),
      ]),
    transitions: {
      Terminate: {
        kind: "internal",
        task: spontaneous("Terminate"),
        choose: () =>
          nodes.flatMap((node) =>
            [true, false].map((terminationDetected) => ({ node, terminationDetected })),
          ),
        when: {
          active: ({ active }, { node }) => active[node] === true,
          mayDetect: (now, { node, terminationDetected }) =>
            terminationDetected === now.terminationDetected ||
            terminationDetected === isAfter(now, node),
        },
        effect: (now, { node, terminationDetected }) => {
          now.active[node] = false;
          now.terminationDetected = terminationDetected;
        },
      },
      Wakeup: {
        kind: "internal",
        task: spontaneous("Wakeup"),
        choose: () => nodes.flatMap((node) => nodes.map((other) => ({ node, other }))),
        when: { active: ({ active }, { node }) => active[node] === true },
        effect: (now, { other }) => {
          now.active[other] = true;
        },
      },
      DetectTermination: {
        kind: "internal",
        task: urgent("DetectTermination"),
        when: { terminated },
        effect: (now) => {
          now.terminationDetected = true;
        },
      },
    },
  });
  return compose("sync-termination-detection", { detection });
}

/** What termination detection promises, where messages take no time: SyncTerminationDetection.tla. */
export function syncTerminationDetection(n: number, fair = true): Problem {
  const system = syncDetectionSystem(n);
  const reads = ["detection"] as const;
  return {
    system,
    properties: [
      invariant(system, {
        name: "TDCorrect",
        reads,
        holds: ({ detection }) => !detection.terminationDetected || terminated(detection),
      }),
      stepInvariant(system, {
        name: "Quiescence",
        reads,
        holds: (before, _, after) => !terminated(before.detection) || terminated(after.detection),
      }),
      leadsTo(system, {
        name: "Liveness",
        reads,
        premise: ({ detection }) => terminated(detection),
        conclusion: ({ detection }) => detection.terminationDetected,
        fairness: assumedIf(fair, [weaklyFair("DetectTermination")]),
      }),
    ],
    witnesses: [],
  };
}
