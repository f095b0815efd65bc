import {
  automaton,
  type Index,
  type Input,
  type Internal,
  insert,
  mapOf,
  type Output,
  remove,
  spontaneous,
  urgent,
} from "../automaton/index.ts";

type Replica = Index<"replica">;

/** A wait of one process of the algorithm: in `round` of instance `k` it waits for `of`. */
export interface Wait {
  readonly replica: Replica;
  readonly k: number;
  readonly round: number;
}

/** A message of the algorithm that arrived: signed, verified, tagged with instance and round. */
export interface Arrival extends Wait {
  readonly from: Replica;
  /** as the algorithm calls it: "READY" */
  readonly kind: string;
}

/** What ◇M and the algorithm that uses it say to each other, at each process `replica`. */
export interface MutenessActions {
  /** the algorithm waits for a message of `of`, and for nothing else any more */
  EXPECT: Input<Wait & { readonly of: Replica }>;
  /** that wait is over: the message came, or the algorithm goes on without it */
  MET: Input<Wait>;
  HEARD: Input<Arrival>;
  /** `of` enters the set ◇M of the process */
  DOUBT: Output<{ replica: Replica; of: Replica }>;
  /** `of` leaves it */
  TRUST: Output<{ replica: Replica; of: Replica }>;
  /** whom the process waits for is in its ◇M; told once in each wait */
  SUSPECT: Output<Wait>;
}

interface OracleActions extends MutenessActions {
  STABILISE: Internal<{ accurate: Replica }>;
}

/** What ◇M is at one process. */
export interface MutenessView {
  readonly k: number;
  readonly round: number;
  readonly awaits: Replica | null;
  readonly told: boolean;
  /** the set ◇M; at most all other processes */
  readonly suspects: readonly Replica[];
  /** those of them that were heard since they entered it */
  readonly heard: readonly Replica[];
}

export interface MutenessState {
  /** the stabilisation flag: the correct process that is not suspected any more, or null before */
  readonly accurate: Replica | null;
  readonly views: Readonly<Record<Replica, MutenessView>>;
}

export interface MutenessInstance {
  /** the correct processes: each has its ◇M */
  readonly correct: readonly Replica[];
  /**
   * `must`: stabilisation is owed. `may`: it is not, where a claim of its own says that it comes:
   * a state does not tell that no suspicion will ever follow.
   */
  readonly stabilises: "must" | "may";
}

/**
 * The muteness failure detector ◇M of §2 as an oracle: anything may be suspected, and trusted
 * again, until it stabilises. *Mute completeness*: who is waited for without end is suspected, and
 * after stabilisation stays so until it is heard; DOUBT and SUSPECT are owed. *Eventual weak
 * accuracy*: after stabilisation one correct process is suspected by no correct one.
 *
 * The paper calls a process mute when nothing of it comes any more. Here somebody must wait for it,
 * too: an algorithm that has finished makes everybody mute, and then the two properties contradict
 * each other (rule D.FD.MUTE).
 */
export function muteness({ correct, stabilises }: MutenessInstance) {
  const start: MutenessState = {
    accurate: null,
    views: mapOf(correct.map((replica) => [replica, NOBODY])),
  };
  const viewOf = (s: MutenessState, { replica }: { readonly replica: Replica }) =>
    s.views[replica] as MutenessView;
  type Live = { -readonly [F in keyof MutenessView]: MutenessView[F] };
  return automaton<MutenessState, OracleActions>("muteness", {
    start,
    transitions: {
      STABILISE: {
        kind: "internal",
        task: stabilises === "must" ? urgent("stabilise") : spontaneous("stabilise"),
        choose: () => correct.map((accurate) => ({ accurate })),
        when: { notYet: ({ accurate }) => accurate === null },
        effect(s, { accurate }) {
          s.accurate = accurate;
          for (const replica of correct) {
            const view = s.views[replica] as { suspects: Replica[]; heard: Replica[] };
            remove(view.suspects, accurate);
            remove(view.heard, accurate);
          }
        },
      },
      EXPECT: {
        kind: "input",
        effect(s, { replica, k, round, of }) {
          const view = s.views[replica] as Live;
          Object.assign(view, { k, round, awaits: of, told: false });
        },
      },
      MET: {
        kind: "input",
        effect(s, { replica, k, round }) {
          const view = s.views[replica] as Live;
          if (view.k === k && view.round === round) view.awaits = null;
        },
      },
      HEARD: {
        kind: "input",
        effect(s, { replica, from }) {
          const { suspects, heard } = s.views[replica] as { suspects: Replica[]; heard: Replica[] };
          if (suspects.includes(from)) insert(heard, from);
        },
      },
      DOUBT: {
        kind: "output",
        choose: (s) =>
          correct.flatMap((replica) => {
            const { awaits } = viewOf(s, { replica });
            return awaits === null ? [] : [{ replica, of: awaits }];
          }),
        when: {
          notYet: (s, at) => !viewOf(s, at).suspects.includes(at.of),
          mayErr: ({ accurate }, { of }) => of !== accurate,
        },
        effect(s, { replica, of }) {
          insert((s.views[replica] as { suspects: Replica[] }).suspects, of);
        },
      },
      TRUST: {
        kind: "output",
        task: spontaneous("trust"),
        choose: (s) =>
          correct.flatMap((replica) =>
            viewOf(s, { replica }).suspects.map((of) => ({ replica, of })),
          ),
        when: { notMute: (s, at) => s.accurate === null || viewOf(s, at).heard.includes(at.of) },
        effect(s, { replica, of }) {
          const view = s.views[replica] as { suspects: Replica[]; heard: Replica[] };
          remove(view.suspects, of);
          remove(view.heard, of);
        },
      },
      SUSPECT: {
        kind: "output",
        choose: (s) =>
          correct.map((replica) => {
            const { k, round } = viewOf(s, { replica });
            return { replica, k, round };
          }),
        when: {
          suspected: (s, at) => {
            const { awaits, suspects } = viewOf(s, at);
            return awaits !== null && suspects.includes(awaits);
          },
          once: (s, at) => !viewOf(s, at).told,
        },
        effect(s, { replica }) {
          (s.views[replica] as Live).told = true;
        },
      },
    },
  });
}

const NOBODY: MutenessView = {
  k: 0,
  round: 0,
  awaits: null,
  told: false,
  suspects: [],
  heard: [],
};
