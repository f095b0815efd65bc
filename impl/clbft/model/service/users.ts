import {
  automaton,
  type Input,
  insert,
  type Output,
  spontaneous,
} from "../../../../spec/automaton/index.ts";
import type { Client } from "../../messages.ts";
import { isRead, type Script } from "./world.ts";

interface Named {
  readonly client: Client;
  readonly t: number;
}

export interface UserActions {
  INVOKE: Output<Named & { readonly op: string }>;
  "INVOKE-READ": Output<Named & { readonly op: string }>;
  RETRY: Output<Named>;
  RETURN: Input<Named & { readonly result: string }>;
}

export interface UserState {
  /** how many operations were invoked, at most the script's */
  readonly invoked: number;
  /** the timestamps of those that have not returned, in order */
  readonly open: readonly number[];
  /** the direct reads among them that were given up */
  readonly ordered: readonly number[];
}

/**
 * The user of a client: invokes the operations of a script, concurrently as far as the client's window goes.
 * A direct read may be given up at any time, and in the end is: then it is ordered.
 */
export function user({ client, operations }: Script, window: number, directReads: boolean) {
  const at = { client };
  const opOf = (t: number) => operations[t - 1] as string;
  const isDirect = (t: number) => directReads && isRead(opOf(t));
  const next = ({ invoked, open }: UserState, direct: boolean) => {
    const t = invoked + 1;
    const hasRoom = t < (open[0] ?? t) + window;
    return t <= operations.length && hasRoom && isDirect(t) === direct
      ? [{ client, t, op: opOf(t) }]
      : [];
  };
  const invoke = (direct: boolean) => ({
    kind: "output" as const,
    at,
    task: spontaneous("users"),
    choose: (s: UserState) => next(s, direct),
    when: { next: (s: UserState, { t }: Named) => next(s, direct)[0]?.t === t },
    effect(s: { invoked: number; open: number[] }, { t }: Named) {
      s.invoked = t;
      s.open.push(t);
    },
  });
  return automaton<UserState, UserActions>("user", {
    start: { invoked: 0, open: [], ordered: [] },
    transitions: {
      INVOKE: invoke(false),
      "INVOKE-READ": invoke(true),
      RETRY: {
        kind: "output",
        at,
        choose: ({ open }) => open.filter(isDirect).map((t) => ({ client, t })),
        when: {
          open: ({ open }, { t }) => open.includes(t) && isDirect(t),
          once: ({ ordered }, { t }) => !ordered.includes(t),
        },
        effect(s, { t }) {
          insert(s.ordered, t);
        },
      },
      RETURN: {
        kind: "input",
        at,
        effect(s, { t }) {
          s.open = s.open.filter((one) => one !== t);
          s.ordered = s.ordered.filter((one) => one !== t);
        },
      },
    },
  });
}
