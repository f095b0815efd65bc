import {
  compose,
  invariant,
  type Problem,
  stepInvariant,
  urgent,
} from "../../../spec/automaton/index.ts";
import { leadsTo, weaklyFair } from "../../../spec/automaton/liveness.ts";
import { assumedIf } from "./fairness.ts";
import { type Command, sharedVariables } from "./shared-variables.ts";
import { activities } from "./sync-termination-detection.ts";

interface Node {
  readonly active: boolean;
  readonly pending: number;
}
type Detection = { readonly terminationDetected: boolean } & {
  readonly [node: `n${number}`]: Node;
};

/**
 * What termination detection promises, where messages take time: AsyncTerminationDetection.tla. As
 * TLC has it, a step to more than `maxPending` messages for a node is not taken.
 */
export function asyncTerminationDetection(n: number, maxPending: number, fair = true): Problem {
  const nodes = Array.from({ length: n }, (_, at) => at);
  const cells = nodes.map((i) => `n${i}` as const);
  const isQuiet = ({ active, pending }: Node) => !active && pending === 0;
  const terminated = (now: Detection) => cells.every((cell) => isQuiet(now[cell] as Node));
  const commands = cells.flatMap((cell, i): Command<Detection>[] => [
    ...[true, false].map(
      (detects): Command<Detection> => ({
        action: "Terminate",
        by: { i, detects },
        over: ["terminationDetected", ...cells],
        touches: ["terminationDetected", cell],
        when: (now) => {
          if (!now[cell]!.active) return false;
          const others = cells.filter((other) => other !== cell);
          const isLast =
            now[cell]!.pending === 0 && others.every((one) => isQuiet(now[one] as Node));
          return detects === now.terminationDetected || detects === isLast;
        },
        effect: (now) => {
          now[cell]!.active = false;
          now.terminationDetected = detects;
        },
      }),
    ),
    ...cells.map(
      (to, j): Command<Detection> => ({
        action: "SendMsg",
        by: { i, j },
        over: [...new Set([cell, to])],
        when: (now) => now[cell]!.active && now[to]!.pending < maxPending,
        effect: (now) => {
          now[to]!.pending++;
        },
      }),
    ),
    {
      action: "RcvMsg",
      by: { i },
      over: [cell],
      when: (now) => now[cell]!.pending > 0,
      effect: (now) => {
        now[cell] = { active: true, pending: now[cell]!.pending - 1 };
      },
    },
  ]);
  commands.push({
    action: "DetectTermination",
    by: {},
    over: ["terminationDetected", ...cells],
    touches: ["terminationDetected"],
    when: terminated,
    effect: (now) => {
      now.terminationDetected = true;
    },
    task: urgent("DetectTermination"),
  });
  const starts = activities(n).flatMap((active) => {
    const own = cells.map((cell, i) => [cell, { active: active[i] === true, pending: 0 }]);
    const both = active.includes(true) ? [false] : [false, true];
    return both.map((terminationDetected) => ({
      terminationDetected,
      ...Object.fromEntries(own),
    }));
  }) as Detection[];
  const system = compose("async-termination-detection", {
    detection: sharedVariables("detection", starts, commands),
  });
  const reads = ["detection"] as const;
  return {
    system,
    properties: [
      invariant(system, {
        name: "Safe",
        reads,
        holds: ({ detection }) => !detection.terminationDetected || terminated(detection),
      }),
      stepInvariant(system, {
        name: "Quiescence",
        reads,
        holds: (before, _, after) => !terminated(before.detection) || terminated(after.detection),
      }),
      leadsTo(system, {
        name: "Live",
        reads,
        premise: ({ detection }) => terminated(detection),
        conclusion: ({ detection }) => detection.terminationDetected,
        fairness: assumedIf(fair, [weaklyFair("DetectTermination")]),
      }),
    ],
    witnesses: [],
  };
}
