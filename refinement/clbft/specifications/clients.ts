import {
  automaton,
  type Input,
  insert,
  type Output,
  spontaneous,
} from "../../../spec/automaton/index.ts";
import type { Named, Replica, Request } from "../../../spec/clbft/request.ts";

export interface RequestActions {
  INVOKE: Output<Request>;
  REQUEST: Output<{ replica: Replica; request: Request }>;
  RETURN: Input<Named & { result: string }>;
}

/**
 * A request of a correct client, which it sends to each of some replicas until it has the reply.
 */
export function outstanding(request: Request, to: readonly Replica[]) {
  const { client, t } = request;
  return automaton<"unasked" | "asked" | "answered", RequestActions>("request", {
    start: "unasked",
    transitions: {
      INVOKE: {
        kind: "output",
        at: request,
        task: spontaneous("users"),
        when: { first: (state) => state === "unasked" },
        effect: () => "asked",
      },
      REQUEST: {
        kind: "output",
        at: { request },
        choose: () => to.map((replica) => ({ replica, request })),
        when: { asked: (state) => state === "asked" },
      },
      RETURN: {
        kind: "input",
        at: { client, t },
        effect: (state) => (state === "asked" ? "answered" : state),
      },
    },
  });
}

export interface ReplyActions {
  INVOKE: Input<Request>;
  REPLY: Input<Named & { replica: Replica; result: string }>;
  RETURN: Output<Named & { result: string }>;
}

export interface RepliesState {
  readonly standing: "unasked" | "asked" | "answered";
  /** by result: who replied it, a set; empty unless it is asked for and not answered */
  readonly replied: Readonly<Record<string, readonly Replica[]>>;
}

/**
 * What a client makes of the replies to one of its requests: a result that `needed` replicas
 * replied. `liars` replicas reply whatever others do, and these `lies` by themselves.
 */
export function replies(
  { client, t }: Named,
  needed: number,
  liars: number,
  lies: readonly string[],
) {
  return automaton<RepliesState, ReplyActions>("replies", {
    start: { standing: "unasked", replied: {} },
    transitions: {
      INVOKE: {
        kind: "input",
        at: { client, t },
        effect(s) {
          if (s.standing === "unasked") s.standing = "asked";
        },
      },
      REPLY: {
        kind: "input",
        at: { client, t },
        effect(s, { replica, result }) {
          if (s.standing !== "asked") return;
          s.replied[result] ??= [];
          insert(s.replied[result], replica);
        },
      },
      RETURN: {
        kind: "output",
        at: { client, t },
        choose: ({ replied }) =>
          [...new Set([...Object.keys(replied), ...lies])].map((result) => ({ client, t, result })),
        when: {
          asked: ({ standing }) => standing === "asked",
          enough: ({ replied }, { result }) => (replied[result]?.length ?? 0) + liars >= needed,
        },
        effect: () => ({ standing: "answered", replied: {} }),
      },
    },
  });
}
