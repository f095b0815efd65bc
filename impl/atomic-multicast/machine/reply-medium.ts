import { cells, type Input, insert, type Output, urgent } from "../../../spec/automaton/index.ts";
import type { Client } from "../atomic/message.ts";
import type { Replica } from "../messages.ts";

export interface ReplyMediumActions {
  REPLY: Input<{ replica: Replica; client: Client; seq: number; result: string }>;
  REPLIES: Output<{ client: Client; seq: number; result: string }>;
}

/** By result: the correct replicas that replied it to one request. */
type Replied = Readonly<Record<string, readonly Replica[]>>;

export interface ReplyMedium {
  /** the requests that may be replied to */
  readonly requests: readonly { readonly client: Client; readonly seq: number }[];
  /** how many replicas have to reply the same */
  readonly needed: number;
  /** how many faulty replicas join in whatever is said, or say these results by themselves */
  readonly liars: number;
  readonly lies: readonly string[];
}

/**
 * The network and the client's mailbox: hands over a result that enough replicas replied to one
 * request. Faulty replicas have replied everything.
 */
export function replyMedium({ requests, needed, liars, lies }: ReplyMedium) {
  const cellOf = ({ client, seq }: { readonly client: Client; readonly seq: number }) =>
    `${client} ${seq}`;
  const saying = (replied: Replied, result: string) => (replied[result]?.length ?? 0) + liars;
  return cells<Readonly<Record<string, Replied>>, ReplyMediumActions>("replies", {
    start: Object.fromEntries(requests.map((request) => [cellOf(request), {}])),
    transitions: {
      REPLY: {
        kind: "input",
        cite: "D.NETWORK",
        touches: (reply) => [cellOf(reply)],
        effect(now, reply) {
          const replied = now[cellOf(reply)] as Record<string, Replica[]>;
          const by = [...(replied[reply.result] ?? [])];
          insert(by, reply.replica);
          replied[reply.result] = by;
        },
      },
      REPLIES: {
        kind: "output",
        cite: "D.NETWORK",
        task: urgent("deliver"),
        scopes: requests.map((request) => ({
          reads: [cellOf(request)],
          choose: (now) =>
            [...new Set([...Object.keys(now[cellOf(request)] as Replied), ...lies])].map(
              (result) => ({ client: request.client, seq: request.seq, result }),
            ),
        })),
        when: {
          enough: (now, of) => saying(now[cellOf(of)] as Replied, of.result) >= needed,
        },
      },
    },
  });
}
