import type { Index, Input, Internal, Output, Problem } from "../../../spec/automaton/index.ts";
import {
  automaton,
  cells,
  compose,
  indices,
  interchangeable,
  invariant,
  mapOf,
  put,
  witness,
} from "../../../spec/automaton/index.ts";

type Rm = Index<"rm">;
type RmState = "working" | "prepared" | "committed" | "aborted";
interface RmActions {
  rmPrepare: Output<{ rm: Rm }>;
  rmChooseToAbort: Internal<{ rm: Rm }>;
  rmRcvCommitMsg: Input<{ rm: Rm }>;
  rmRcvAbortMsg: Input<{ rm: Rm }>;
}
const working = (state: RmState) => state === "working";
const resourceManager = (rm: Rm) =>
  automaton<RmState, RmActions>("rm", {
    start: "working",
    process: rm,
    transitions: {
      rmPrepare: { kind: "output", at: { rm }, when: { working }, effect: () => "prepared" },
      rmChooseToAbort: { kind: "internal", at: { rm }, when: { working }, effect: () => "aborted" },
      rmRcvCommitMsg: { kind: "input", at: { rm }, effect: () => "committed" },
      rmRcvAbortMsg: { kind: "input", at: { rm }, effect: () => "aborted" },
    },
  });

interface Tm {
  readonly state: "init" | "committed" | "aborted";
  readonly prepared: Readonly<Record<Rm, boolean>>;
}
interface TmActions {
  tmRcvPrepared: Input<{ rm: Rm }>;
  tmCommit: Output;
  tmAbort: Output;
}
const init = ({ state }: Tm) => state === "init";
const transactionManager = (rms: readonly Rm[]) =>
  automaton<Tm, TmActions>("tm", {
    start: { state: "init", prepared: mapOf(rms.map((rm) => [rm, false])) },
    transitions: {
      tmRcvPrepared: {
        kind: "input",
        effect: (tm, { rm }) => {
          if (init(tm)) put(tm.prepared, rm, true);
        },
      },
      tmCommit: {
        kind: "output",
        when: { init, allPrepared: ({ prepared }) => Object.values(prepared).every(Boolean) },
        effect: (tm) => ({ ...tm, state: "committed" }),
      },
      tmAbort: { kind: "output", when: { init }, effect: (tm) => ({ ...tm, state: "aborted" }) },
    },
  });

/** Whether each message was sent. */
type Messages = { readonly [rm: Rm]: boolean; readonly commit: boolean; readonly abort: boolean };
type MessageActions = {
  rmPrepare: Input<{ rm: Rm }>;
  tmCommit: Input;
  tmAbort: Input;
} & Record<"tmRcvPrepared" | "rmRcvCommitMsg" | "rmRcvAbortMsg", Output<{ rm: Rm }>>;
const messages = (rms: readonly Rm[]) => {
  const decision = (message: "commit" | "abort") => ({
    kind: "output" as const,
    scopes: [{ reads: [message], choose: () => rms.map((rm) => ({ rm })) }],
    when: { sent: (sent: Messages) => sent[message] === true },
  });
  return cells<Messages, MessageActions>("messages", {
    start: { commit: false, abort: false, ...mapOf(rms.map((rm) => [rm, false])) },
    transitions: {
      rmPrepare: {
        kind: "input",
        touches: ({ rm }) => [rm],
        effect: (sent, { rm }) => {
          sent[rm] = true;
        },
      },
      tmCommit: {
        kind: "input",
        touches: () => ["commit"],
        effect: (sent) => {
          sent.commit = true;
        },
      },
      tmAbort: {
        kind: "input",
        touches: () => ["abort"],
        effect: (sent) => {
          sent.abort = true;
        },
      },
      tmRcvPrepared: {
        kind: "output",
        scopes: rms.map((rm) => ({ reads: [rm], choose: () => [{ rm }] })),
        when: { sent: (sent, { rm }) => sent[rm] === true },
      },
      rmRcvCommitMsg: decision("commit"),
      rmRcvAbortMsg: decision("abort"),
    },
  });
};

/** Two-phase commit of `n` resource managers, after examples/2pc.rs of Stateright. */
export function twoPhaseCommit(n: number, { symmetric = false } = {}): Problem {
  const rms = indices("rm", n);
  const system = compose("two-phase-commit", {
    rms: rms.map(resourceManager),
    tm: transactionManager(rms),
    messages: messages(rms),
  });
  const reads = ["rms"] as const;
  type View = { readonly rms: readonly RmState[] };
  const all = (state: RmState) => (view: View) => view.rms.every((rm) => rm === state);
  return {
    system,
    properties: [
      invariant(system, {
        name: "consistent",
        reads,
        holds: (view) => !(view.rms.includes("aborted") && view.rms.includes("committed")),
      }),
    ],
    witnesses: [
      witness(system, { name: "abort agreement", reads, reached: all("aborted") }),
      witness(system, { name: "commit agreement", reads, reached: all("committed") }),
    ],
    ...(symmetric ? { reductions: ["symmetry"], symmetries: [interchangeable(rms)] } : {}),
  };
}
