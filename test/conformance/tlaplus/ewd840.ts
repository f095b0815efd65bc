import {
  compose,
  invariant,
  type Problem,
  urgent,
  witness,
} from "../../../spec/automaton/index.ts";
import { leadsTo, weaklyFair } from "../../../spec/automaton/liveness.ts";
import { assumedIf } from "./fairness.ts";
import { refines } from "./refines.ts";
import { type Command, sharedVariables } from "./shared-variables.ts";
import { activities, syncDetectionSystem } from "./sync-termination-detection.ts";

type Color = "white" | "black";
interface Node {
  readonly active: boolean;
  readonly color: Color;
}
type Ring = { readonly token: { readonly at: number; readonly color: Color } } & {
  readonly [node: `n${number}`]: Node;
};

/** Dijkstra's termination detection on a ring of `n` nodes, after EWD840.tla. */
export function ewd840(n: number, fair = true): Problem {
  const nodes = Array.from({ length: n }, (_, at) => at);
  const task = urgent("System");
  const commands = nodes.flatMap((i): Command<Ring>[] => {
    const node = `n${i}` as const;
    return [
      {
        action: i === 0 ? "InitiateProbe" : "PassToken",
        by: { i },
        over: ["token", node],
        when: ({ token, ...now }) => {
          const { active, color } = now[node] as Node;
          const isBlack = color === "black" || token.color === "black";
          return token.at === i && (isBlack || (i !== 0 && !active));
        },
        effect: (now) => {
          const color = now[node]!.color === "black" ? "black" : now.token.color;
          now.token = i === 0 ? { at: n - 1, color: "white" } : { at: i - 1, color };
          now[node]!.color = "white";
        },
        task,
      },
      ...nodes
        .filter((j) => j !== i)
        .map(
          (j): Command<Ring> => ({
            action: "SendMsg",
            by: { i, j },
            over: [node, `n${j}`],
            when: (now) => now[node]!.active,
            effect: (now) => {
              now[`n${j}`]!.active = true;
              if (j > i) now[node]!.color = "black";
            },
          }),
        ),
      {
        action: "Deactivate",
        by: { i },
        over: [node],
        when: (now) => now[node]!.active,
        effect: (now) => {
          now[node]!.active = false;
        },
      },
    ];
  });
  const starts = activities(n).flatMap((active) =>
    activities(n).flatMap((black) =>
      nodes.map((at) => ({
        token: { at, color: "black" },
        ...Object.fromEntries(
          nodes.map((i) => [
            `n${i}`,
            { active: active[i] === true, color: black[i] === true ? "black" : "white" },
          ]),
        ),
      })),
    ),
  ) as Ring[];
  const system = compose("ewd840", { ring: sharedVariables("ring", starts, commands) });
  const reads = ["ring"] as const;
  const of = (now: Ring, i: number) => now[`n${i}`] as Node;
  const isTerminated = (now: Ring) => nodes.every((i) => !of(now, i).active);
  const isDetected = (now: Ring) => {
    const { active, color } = of(now, 0);
    const { token } = now;
    return token.at === 0 && token.color === "white" && color === "white" && !active;
  };
  return {
    system,
    properties: [
      invariant(system, {
        name: "TerminationDetection",
        reads,
        holds: ({ ring }) => !isDetected(ring) || isTerminated(ring),
      }),
      invariant(system, {
        name: "Inv",
        reads,
        holds: ({ ring }) => {
          const { at, color } = ring.token;
          return (
            color === "black" ||
            nodes.every((i) => i <= at || !of(ring, i).active) ||
            nodes.some((j) => j <= at && of(ring, j).color === "black")
          );
        },
      }),
      leadsTo(system, {
        name: "Liveness",
        reads,
        premise: ({ ring }) => isTerminated(ring),
        conclusion: ({ ring }) => isDetected(ring),
        fairness: assumedIf(fair, [weaklyFair("System")]),
      }),
      refines(system, {
        name: "TDSpec",
        specification: syncDetectionSystem(n),
        reads,
        mapping: ({ ring }) => ({
          detection: {
            active: nodes.map((i) => of(ring, i).active),
            terminationDetected: isDetected(ring),
          },
        }),
      }),
    ],
    witnesses: [
      witness(system, {
        name: "termination is detected",
        reads,
        reached: ({ ring }) => isDetected(ring),
      }),
    ],
  };
}
