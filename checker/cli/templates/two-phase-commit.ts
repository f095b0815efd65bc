import type { Template } from "./template.ts";

const text = `import { automaton, claim, compose, has, indices, insert, invariant, noDeadlock, witness } from "quorate";
import type { Index, Input, Internal, Output } from "quorate";

type Rm = Index<"rm">;
type RmState = "working" | "prepared" | "committed" | "aborted";
interface RmActions {
  prepare: Output<{ rm: Rm }>;
  chooseAbort: Internal<{ rm: Rm }>;
  rcvCommit: Input<{ rm: Rm }>;
  rcvAbort: Input<{ rm: Rm }>;
}
const working = (state: RmState) => state === "working";
const resourceManager = (rm: Rm) =>
  automaton<RmState, RmActions>("rm", {
    start: "working",
    process: rm,
    transitions: {
      prepare: { kind: "output", at: { rm }, when: { working }, effect: () => "prepared" },
      chooseAbort: { kind: "internal", at: { rm }, when: { working }, effect: () => "aborted" },
      rcvCommit: { kind: "input", at: { rm }, effect: () => "committed" },
      rcvAbort: { kind: "input", at: { rm }, effect: () => "aborted" },
    },
  });

type TmState = { readonly decided: "no" | "commit" | "abort"; readonly prepared: readonly Rm[] };
type TmActions = { rcvPrepared: Input<{ rm: Rm }>; tmCommit: Output; tmAbort: Output };
const undecided = (tm: TmState) => tm.decided === "no";
const decide = (decided: "commit" | "abort") => (tm: TmState) => ({ ...tm, decided });
const transactionManager = (allPrepared: (tm: TmState) => boolean) =>
  automaton<TmState, TmActions>("tm", {
    start: { decided: "no", prepared: [] },
    transitions: {
      rcvPrepared: {
        kind: "input",
        effect: (tm, { rm }) => void (undecided(tm) && insert(tm.prepared, rm)),
      },
      tmCommit: { kind: "output", when: { undecided, allPrepared }, effect: decide("commit") },
      tmAbort: { kind: "output", when: { undecided }, effect: decide("abort") },
    },
  });

type Sends = { prepare: Input<{ rm: Rm }>; tmCommit: Input; tmAbort: Input };
type Receipts = Record<"rcvPrepared" | "rcvCommit" | "rcvAbort", Output<{ rm: Rm }>>;
/** All messages ever sent: they stay, and are received in any order, again and again. */
const network = (choose: () => { rm: Rm }[]) =>
  automaton<readonly (Rm | "commit" | "abort")[], Sends & Receipts>("messages", {
    start: [],
    transitions: {
      prepare: { kind: "input", effect: (sent, { rm }) => void insert(sent, rm) },
      tmCommit: { kind: "input", effect: (sent) => void insert(sent, "commit") },
      tmAbort: { kind: "input", effect: (sent) => void insert(sent, "abort") },
      rcvPrepared: { kind: "output", choose, when: { sent: (sent, { rm }) => has(sent, rm) } },
      rcvCommit: { kind: "output", choose, when: { sent: (sent) => has(sent, "commit") } },
      rcvAbort: { kind: "output", choose, when: { sent: (sent) => has(sent, "abort") } },
    },
  });

/** Two-phase commit of \`n\` resource managers. */
function twoPhaseCommit(n: number) {
  const rms = indices("rm", n);
  const tm = transactionManager(({ prepared }) => prepared.length === n);
  const messages = network(() => rms.map((rm) => ({ rm })));
  const system = compose("two-phase-commit", { rms: rms.map(resourceManager), tm, messages });
  const reads = ["rms"] as const;
  type View = { readonly rms: readonly RmState[] };
  const agree = ({ rms }: View) => !(rms.includes("committed") && rms.includes("aborted"));
  const decided = ({ rms }: View) => rms.every((rm) => rm === "committed" || rm === "aborted");
  const committed = ({ rms }: View) => rms.every((rm) => rm === "committed");
  return {
    system,
    properties: [
      invariant(system, { name: "none commits while another aborts", reads, holds: agree }),
      noDeadlock(system, { name: "each can decide", reads, finished: decided }),
    ],
    witnesses: [witness(system, { name: "all commit", reads, reached: committed })],
  };
}

export default claim({
  id: "two-phase-commit",
  says: "No resource manager commits while another aborts.",
  source: "Gray and Lamport, Consensus on Transaction Commit, section 3",
  cases: [2, 3, 4].map((n) => ({
    variant: "printed",
    instance: \`N=\${n}\`,
    tier: "ci",
    expect: "holds",
    problem: () => twoPhaseCommit(n),
  })),
});
`;

/** A protocol that is right, to read and to break. */
export const twoPhaseCommitTemplate: Template = {
  name: "two-phase-commit",
  summary: "two-phase commit with 2, 3 and 4 resource managers, which holds",
  file: "two-phase-commit.claim.ts",
  text,
  next: [
    "quorate check                            says holds",
    "quorate step two-phase-commit@*@N=2      walks through the protocol by hand",
    "break it (let tmCommit forget allPrepared) and check again",
  ],
};
