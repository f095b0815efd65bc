import { compose, invariant, type Problem, witness } from "../../../spec/automaton/index.ts";
import { type Command, sharedVariables } from "./shared-variables.ts";

interface Process {
  readonly clock: number;
  /** the clocks of the requests that it knows of, by process; 0 for none */
  readonly req: readonly number[];
  /** which processes acknowledged its request */
  readonly ack: readonly boolean[];
  readonly crit: boolean;
}
/** A request is its clock, which is at least 1. */
type Message = number | "ack" | "rel";
type Network = { readonly [p: `p${number}`]: Process } & {
  readonly [link: `${number}>${number}`]: readonly Message[];
};

/** Whether the process `p` believes that its request comes before that of `q`. */
function beats({ req }: Process, p: number, q: number): boolean {
  const [own, other] = [req[p] as number, req[q] as number];
  return other === 0 || own < other || (own === other && p < q);
}

/**
 * Lamport's mutual exclusion of `n` processes with clocks up to `maxClock`, after LamportMutex.tla.
 * As TLC has it, a step beyond the constraint on the clocks is not taken.
 */
export function lamportMutex(n: number, maxClock: number): Problem {
  const processes = Array.from({ length: n }, (_, at) => at);
  const link = (from: number, to: number) => `${from}>${to}` as const;
  const others = (p: number) => processes.filter((q) => q !== p);
  const none = processes.map(() => false);
  const own = (p: number): Command<Network>[] => {
    const [cell, out] = [`p${p}` as const, others(p).map((q) => link(p, q))];
    return [
      {
        action: "Request",
        by: { p },
        over: [cell, ...out],
        when: (now) => now[cell]!.req[p] === 0,
        effect: (now) => {
          const self = now[cell]!;
          self.req[p] = self.clock;
          self.ack = none.map((_, q) => q === p);
          for (const to of out) now[to]!.push(self.clock);
        },
      },
      {
        action: "Enter",
        by: { p },
        over: [cell],
        when: (now) => {
          const self = now[cell] as Process;
          return self.ack.every((acked) => acked) && others(p).every((q) => beats(self, p, q));
        },
        effect: (now) => {
          now[cell]!.crit = true;
        },
      },
      {
        action: "Exit",
        by: { p },
        over: [cell, ...out],
        when: (now) => now[cell]!.crit,
        effect: (now) => {
          const self = now[cell]!;
          self.crit = false;
          self.req[p] = 0;
          self.ack = [...none];
          for (const to of out) now[to]!.push("rel");
        },
      },
    ];
  };
  const received = (p: number, q: number): Command<Network>[] => {
    const [cell, from, back] = [`p${p}` as const, link(q, p), link(p, q)];
    const after = (clock: number, message: Message | undefined) =>
      typeof message === "number" && message > clock ? message + 1 : clock + 1;
    return [
      {
        action: "ReceiveRequest",
        by: { p, q },
        over: [cell, from, back],
        when: (now) => {
          const [head] = now[from]!;
          return typeof head === "number" && after(now[cell]!.clock, head) <= maxClock;
        },
        effect: (now) => {
          const [self, head] = [now[cell]!, now[from]!.shift() as number];
          self.req[q] = head;
          self.clock = after(self.clock, head);
          now[back]!.push("ack");
        },
      },
      {
        action: "ReceiveAck",
        by: { p, q },
        over: [cell, from],
        when: (now) => now[from]![0] === "ack",
        effect: (now) => {
          now[from]!.shift();
          now[cell]!.ack[q] = true;
        },
      },
      {
        action: "ReceiveRelease",
        by: { p, q },
        over: [cell, from],
        when: (now) => now[from]![0] === "rel",
        effect: (now) => {
          now[from]!.shift();
          now[cell]!.req[q] = 0;
        },
      },
    ];
  };
  const commands = processes.flatMap((p) => [
    ...own(p),
    ...others(p).flatMap((q) => received(p, q)),
  ]);
  const links = processes.flatMap((p) => others(p).map((q) => link(p, q)));
  const start: Network = Object.fromEntries<unknown>([
    ...processes.map((p): [string, unknown] => [
      `p${p}`,
      { clock: 1, req: processes.map(() => 0), ack: none, crit: false },
    ]),
    ...links.map((each): [string, unknown] => [each, []]),
  ]) as Network;
  const system = compose("lamport-mutex", {
    network: sharedVariables("network", [start], commands),
  });
  const reads = ["network"] as const;
  const inside = (now: Network) => processes.filter((p) => now[`p${p}`]!.crit).length;
  return {
    system,
    properties: [
      invariant(system, {
        name: "Mutex",
        reads,
        holds: ({ network }) => inside(network) <= 1,
      }),
      invariant(system, {
        name: "BoundedNetwork",
        reads,
        holds: ({ network }) => links.every((each) => network[each]!.length <= 3),
      }),
    ],
    witnesses: [
      witness(system, {
        name: "a process enters",
        reads,
        reached: ({ network }) => inside(network) === 1,
      }),
    ],
  };
}
