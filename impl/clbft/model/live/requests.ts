import {
  automaton,
  cells,
  type Input,
  type Output,
  spontaneous,
  type Task,
  urgent,
} from "../../../../spec/automaton/index.ts";
import type { ExecutionActions } from "../../execution/automaton.ts";
import { primaryOf, type Replica, type Request } from "../../messages.ts";

type Asked = ExecutionActions["REQUEST"]["payload"];

export interface AskingActions {
  REQUEST: Output<Asked>;
}

/** Which replicas may be asked for what. */
export interface Asking {
  readonly request: Request;
  readonly at: readonly Replica[];
}

/**
 * Clients that hand their requests over at any time, again and again.
 * @param task spontaneous where nobody owes it, because clients are faulty
 */
export function asking(asked: readonly Asking[], task: Task = spontaneous("ask")) {
  const all = asked.flatMap(({ request, at }) => at.map((replica) => ({ replica, request })));
  return automaton<null, AskingActions>("clients", {
    start: null,
    transitions: {
      REQUEST: { kind: "output", cite: "CLBFT.REQUEST", task, choose: () => all },
    },
  });
}

export interface ForwardingActions {
  FORWARD: Input<Asked>;
  FORWARDED: Output<Asked>;
  EXECUTE: Input<ExecutionActions["EXECUTE"]["payload"]>;
}

/**
 * How often a backup says a FORWARD: `again` after each batch that the primary executes, or `once`, to come at any time;
 * `rejected`: the primary takes none.
 */
export type Forwards = "again" | "once" | "rejected";

type Forwarding = Readonly<Record<string, "none" | "sent" | "delivered">>;

const cellOf = ({ client, t, op }: Request) => `forward ${client} ${t} ${op}`;

/** Carries FORWARDs to the primary of view 0, which takes FORWARDED as a REQUEST. */
export function forwarding(
  group: readonly Replica[],
  requests: readonly Request[],
  forwards: Forwards,
) {
  const replica = primaryOf(0, group);
  const start: Forwarding = Object.fromEntries(requests.map((one) => [cellOf(one), "none"]));
  const becomes = (
    s: Forwarding,
    request: Request,
    from: Forwarding[string],
    to: Forwarding[string],
  ) => {
    if (s[cellOf(request)] === from) (s as Record<string, string>)[cellOf(request)] = to;
  };
  return cells<Forwarding, ForwardingActions>("forwarding", {
    start,
    transitions: {
      FORWARD: {
        kind: "input",
        cite: "CLBFT.REQUEST",
        touches: ({ request }) => [cellOf(request)],
        effect(s, { request }) {
          if (forwards !== "rejected") becomes(s, request, "none", "sent");
        },
      },
      EXECUTE: {
        kind: "input",
        at: { replica },
        cite: "CLBFT.AGAIN",
        touches: () => (forwards === "again" ? requests.map(cellOf) : []),
        effect(s) {
          if (forwards !== "again") return;
          for (const request of requests) becomes(s, request, "delivered", "sent");
        },
      },
      FORWARDED: {
        kind: "output",
        cite: "CLBFT.AGAIN",
        task: urgent("forward"),
        scopes: requests.map((request) => ({
          reads: [cellOf(request)],
          choose: (s) => (s[cellOf(request)] === "sent" ? [{ replica, request }] : []),
        })),
        touches: ({ request }) => [cellOf(request)],
        effect: (s, { request }) => becomes(s, request, "sent", "delivered"),
      },
    },
  });
}
