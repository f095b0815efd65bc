import {
  compose,
  invariant,
  type Problem,
  urgent,
  witness,
} from "../../../spec/automaton/index.ts";
import { type Command, sharedVariables } from "./shared-variables.ts";

type Color = "white" | "black";
interface Node {
  readonly active: boolean;
  readonly color: Color;
  readonly counter: number;
}
/** A bag of messages: how many payloads, and the token if it is there. */
interface Bag {
  readonly pl: number;
  readonly tok: { readonly q: number; readonly color: Color } | null;
}
type Ring = { readonly [node: `n${number}`]: Node } & { readonly [bag: `m${number}`]: Bag };

/**
 * Safra's termination detection on a ring of `n` nodes whose messages are bags, after
 * EWD998PCal.tla. As TLC has it, a step to a counter of 3 or more is not taken.
 */
export function ewd998PCal(n: number): Problem {
  const nodes = Array.from({ length: n }, (_, at) => at);
  const commands = nodes.flatMap((self): Command<Ring>[] => {
    const [node, bag] = [`n${self}`, `m${self}`] as const;
    const next = `m${self === 0 ? n - 1 : self - 1}` as const;
    const by = { self };
    const task = urgent("node");
    const sends = nodes
      .filter((to) => to !== self)
      .map(
        (to): Command<Ring> => ({
          action: "send",
          by: { self, to },
          over: [node, `m${to}`],
          when: (now) => now[node]!.active && now[node]!.counter < 2,
          effect: (now) => {
            now[node]!.counter++;
            now[`m${to}`]!.pl++;
          },
          task,
        }),
      );
    return [
      ...sends,
      {
        action: "receive",
        by,
        over: [node, bag],
        when: (now) => now[bag]!.pl > 0,
        effect: (now) => {
          now[bag]!.pl--;
          now[node] = { active: true, color: "black", counter: now[node]!.counter - 1 };
        },
        task,
      },
      {
        action: "deactivate",
        by,
        over: [node],
        effect: (now) => {
          now[node]!.active = false;
        },
        task,
      },
      {
        action: self === 0 ? "initiate" : "pass",
        by,
        over: [node, bag, next],
        when: (now) => {
          const [{ active, color, counter }, { tok }] = [now[node] as Node, now[bag] as Bag];
          if (tok === null) return false;
          return self !== 0
            ? !active
            : color === "black" || tok.q + counter !== 0 || tok.color === "black";
        },
        effect: (now) => {
          const [at, tok] = [now[node]!, now[bag]!.tok!];
          const color = at.color === "black" ? "black" : tok.color;
          now[bag]!.tok = null;
          now[next]!.tok = self === 0 ? { q: 0, color: "white" } : { q: tok.q + at.counter, color };
          at.color = "white";
        },
        task,
      },
    ];
  });
  const starts = Array.from({ length: 2 ** n }, (_, bits) =>
    Object.fromEntries(
      nodes.flatMap((self): [string, unknown][] => [
        [`n${self}`, { active: ((bits >> self) & 1) === 1, color: "black", counter: 0 }],
        [`m${self}`, { pl: 0, tok: self === 0 ? { q: 0, color: "black" } : null }],
      ]),
    ),
  ) as unknown as Ring[];
  const system = compose("ewd998-pcal", { ring: sharedVariables("ring", starts, commands) });
  const reads = ["ring"] as const;
  const node = (now: Ring, self: number) => now[`n${self}`] as Node;
  const bag = (now: Ring, self: number) => now[`m${self}`] as Bag;
  const detected = (now: Ring) => {
    const [{ active, color, counter }, { tok }] = [node(now, 0), bag(now, 0)];
    const white = color === "white" && tok?.color === "white";
    return white && !active && (tok?.q ?? 0) + counter === 0;
  };
  const terminated = (now: Ring) =>
    nodes.every((self) => !node(now, self).active && bag(now, self).pl === 0);
  return {
    system,
    properties: [
      invariant(system, {
        name: "TerminationDetection",
        reads,
        holds: ({ ring }) => !detected(ring) || terminated(ring),
      }),
    ],
    witnesses: [
      witness(system, {
        name: "termination is detected",
        reads,
        reached: ({ ring }) => detected(ring),
      }),
    ],
  };
}
