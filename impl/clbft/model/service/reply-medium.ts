import {
  cells,
  type Input,
  insert,
  type Output,
  urgent,
} from "../../../../spec/automaton/index.ts";
import { type Named, nameText } from "../../../../spec/clbft/request.ts";
import type { Replica } from "../../messages.ts";
import type { ClbftRules, ReplySizes } from "../../rules.ts";
import { type Certificate, signersIn } from "../knowledge.ts";

type Answered = Named & { readonly result: string };

export interface ReplyMediumActions {
  REPLY: Input<Answered & { readonly replica: Replica }>;
  "READ-REPLY": Input<
    Named & { readonly replica: Replica; readonly n: number; readonly result: string | null }
  >;
  RETURN: Input<Answered>;
  REPLIES: Output<Answered>;
  "READ-REPLIES": Output<Answered>;
}

/**
 * By what must be equal: the correct replicas that answered it, until more of them change nothing. The key ends with
 * the result, after a space; of reads the number of the state comes before.
 */
type Answers = Readonly<Record<string, Certificate>>;

/** What is on its way to a client: `over` once the operation has returned, and answers are of no use. */
type Cell = Answers | "over";

export interface ReplyMedium {
  /** the operations of correct clients */
  readonly named: readonly Named[];
  readonly sizes: ReplySizes;
  readonly rules: Pick<ClbftRules, "comparesReplies" | "readsMatchInState">;
  /** how many faulty replicas join in whatever is said, or say these results by themselves */
  readonly liars: number;
  readonly lies: readonly string[];
}

const replyCell = (named: Named) => `replies ${nameText(named)}`;
const readCell = (named: Named) => `read-replies ${nameText(named)}`;

/**
 * The network and the clients' mailboxes: hands over a result that enough replicas answered to one operation,
 * at whatever times. Faulty replicas have answered everything.
 */
export function replyMedium({ named, sizes, rules, liars, lies }: ReplyMedium) {
  const start: Record<string, Cell> = {};
  for (const one of named) start[replyCell(one)] = start[readCell(one)] = {};
  const isKnown = (one: Named) => Object.hasOwn(start, replyCell(one));

  const keyOf = ({ n, result }: { readonly n?: number; readonly result: string | null }) =>
    `${n !== undefined && rules.readsMatchInState ? n : ""} ${result}`;
  const resultIn = (key: string) => key.slice(key.indexOf(" ") + 1);

  function grown(answers: Answers, key: string, by: Replica, needed: number): Answers {
    const before = answers[key] ?? [];
    if (before === "complete") return answers;
    const signers = [...before];
    insert(signers, by);
    const isComplete = rules.comparesReplies && signers.length >= Math.max(1, needed - liars);
    return { ...answers, [key]: isComplete ? "complete" : signers };
  }
  function isEnough(answers: Answers, result: string, needed: number): boolean {
    if (rules.comparesReplies) {
      const equal = Object.entries(answers).filter(([key]) => resultIn(key) === result);
      return Math.max(0, ...equal.map(([, by]) => signersIn(by))) + liars >= needed;
    }
    const all = new Set(Object.values(answers).flat());
    return all.size + liars >= needed;
  }
  interface Answer extends Named {
    readonly replica: Replica;
    readonly n?: number;
    readonly result: string | null;
  }
  const answer = (cellOf: (of: Named) => string, needed: number) => ({
    kind: "input" as const,
    cite: "CLBFT.NETWORK",
    // Replies to faulty clients are nobody's business.
    touches: (of: Answer) => (isKnown(of) ? [cellOf(of)] : []),
    effect(s: Record<string, unknown>, of: Answer) {
      if (!isKnown(of) || of.result === null) return;
      const cell = s[cellOf(of)] as Cell;
      if (cell !== "over") s[cellOf(of)] = grown(cell, keyOf(of), of.replica, needed);
    },
  });
  const quorum = (cellOf: (of: Named) => string, needed: number) => ({
    kind: "output" as const,
    cite: "CLBFT.NETWORK",
    task: urgent("deliver"),
    scopes: named.map(({ client, t }) => ({
      reads: [cellOf({ client, t })],
      choose(s: Readonly<Record<string, Cell>>) {
        const answers = s[cellOf({ client, t })] as Cell;
        if (answers === "over") return [];
        return [...new Set([...Object.keys(answers).map(resultIn), ...lies])].map((result) => ({
          client,
          t,
          result,
        }));
      },
    })),
    when: {
      enough(s: Readonly<Record<string, Cell>>, of: Answered) {
        const answers = s[cellOf(of)] as Cell;
        return answers !== "over" && isEnough(answers, of.result, needed);
      },
    },
  });

  return cells<Readonly<Record<string, Cell>>, ReplyMediumActions>("replies", {
    start,
    transitions: {
      REPLY: answer(replyCell, sizes.replies),
      "READ-REPLY": answer(readCell, sizes.reads),
      RETURN: {
        kind: "input",
        cite: "CLBFT.NETWORK",
        touches: (of) => [replyCell(of), readCell(of)],
        effect(s, of) {
          s[replyCell(of)] = "over";
          s[readCell(of)] = "over";
        },
      },
      REPLIES: quorum(replyCell, sizes.replies),
      "READ-REPLIES": quorum(readCell, sizes.reads),
    },
  });
}
