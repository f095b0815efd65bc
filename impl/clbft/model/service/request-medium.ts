import {
  cells,
  type Input,
  insert,
  type Output,
  spontaneous,
  urgent,
} from "../../../../spec/automaton/index.ts";
import { type Request as Asked, requestText } from "../../../../spec/clbft/request.ts";
import type { ExecutionActions } from "../../execution/automaton.ts";
import type { Replica, Request } from "../../messages.ts";
import type { Certificate } from "../knowledge.ts";

export interface RequestMediumActions {
  "SEND-REQUEST": Input<Asked>;
  "SEND-READ": Input<Asked>;
  ADMIT: Input<{ readonly replica: Replica; readonly request: Request }>;
  EXECUTE: Input<ExecutionActions["EXECUTE"]["payload"]>;
  REQUEST: Output<{ readonly replica: Replica; readonly request: Request }>;
  "REQUEST-AGAIN": Output<{ readonly replica: Replica; readonly request: Request }>;
  READ: Output<{ readonly replica: Replica } & Asked>;
}

export interface RequestMedium {
  readonly correct: readonly Replica[];
  /** what correct clients send once they are asked to */
  readonly requests: readonly Asked[];
  /** those that are asked to order something */
  readonly asked: readonly Replica[];
  /** how many correct replicas have to admit a request, so that it is ordered and executed by all: f + 1 */
  readonly enough: number;
  /** what correct clients read without ordering */
  readonly reads: readonly Asked[];
}

const askedCell = (asked: Asked) => `request ${requestText(asked)}`;
const readCell = (asked: Asked) => `read ${requestText(asked)}`;
const admittedCell = (asked: Asked) => `admitted ${requestText(asked)}`;

/** Whether a request or read was sent; which correct replicas admitted a request, until it takes care of itself. */
type Sent = Readonly<Record<string, boolean | Certificate>>;

/**
 * The network from correct clients to replicas. What was sent reaches each correct replica: REQUEST, which is owed until
 * enough of them have admitted it, or one has executed it. It may come again at any time: REQUEST-AGAIN, which replicas
 * take as REQUEST. Reads may be lost. What faulty clients ask for gets into the log without being asked for here.
 */
export function requestMedium({ correct, requests, asked, enough, reads }: RequestMedium) {
  const start: Record<string, boolean | Certificate> = {};
  for (const one of requests) {
    start[askedCell(one)] = false;
    start[admittedCell(one)] = [];
  }
  for (const one of reads) start[readCell(one)] = false;
  const sent = (cellOf: (asked: Asked) => string) => ({
    kind: "input" as const,
    cite: "CLBFT.NETWORK",
    touches: (asked: Asked) => [cellOf(asked)],
    effect(s: Record<string, boolean | Certificate>, asked: Asked) {
      s[cellOf(asked)] = true;
    },
  });
  const ofCorrect = (batch: readonly Asked[]) =>
    batch.map(admittedCell).filter((cell) => Object.hasOwn(start, cell));
  const lacking = (s: Sent, request: Asked): readonly Replica[] => {
    const by = s[admittedCell(request)] as Certificate;
    return by === "complete" ? [] : asked.filter((replica) => !by.includes(replica));
  };
  const needs = ({ request }: { readonly request: Request }) => [askedCell(request)];
  return cells<Sent, RequestMediumActions>("requests", {
    start,
    transitions: {
      "SEND-REQUEST": sent(askedCell),
      "SEND-READ": sent(readCell),
      ADMIT: {
        kind: "input",
        cite: "CLBFT.REQUEST",
        touches: ({ request }) => ofCorrect([request]),
        effect(s, { replica, request }) {
          for (const cell of ofCorrect([request])) {
            const by = s[cell] as Certificate;
            if (by === "complete") continue;
            const all = [...by];
            insert(all, replica);
            s[cell] = all.length >= enough ? "complete" : all;
          }
        },
      },
      EXECUTE: {
        kind: "input",
        cite: "CLBFT.REQUEST",
        touches: ({ batch }) => ofCorrect(batch),
        effect(s, { batch }) {
          for (const cell of ofCorrect(batch)) s[cell] = "complete";
        },
      },
      REQUEST: {
        kind: "output",
        cite: "CLBFT.NETWORK",
        task: urgent("deliver"),
        scopes: requests.map((request) => ({
          reads: [admittedCell(request)],
          choose: (s) => lacking(s, request).map((replica) => ({ replica, request })),
        })),
        needs,
      },
      "REQUEST-AGAIN": {
        kind: "output",
        cite: "CLBFT.NETWORK",
        task: spontaneous("deliver again"),
        scopes: requests.map((request) => ({
          reads: [],
          choose: () => asked.map((replica) => ({ replica, request })),
        })),
        needs,
      },
      READ: {
        kind: "output",
        cite: "CLBFT.NETWORK",
        task: spontaneous("deliver reads"),
        scopes: reads.map((read) => ({
          reads: [],
          choose: () => correct.map((replica) => ({ replica, ...read })),
        })),
        needs: ({ replica: _, ...read }) => [readCell(read)],
      },
    },
  });
}
