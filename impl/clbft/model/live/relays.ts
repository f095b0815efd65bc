import {
  type AnyAutomaton,
  type Automaton,
  cells,
  insert,
  type Scope as ScopeOf,
} from "../../../../spec/automaton/index.ts";
import { type Start, startOf } from "../../agreement/new-view.ts";
import type { AgreementActions } from "../../agreement/state.ts";
import type { Batch } from "../../messages.ts";
import { type Cells, checkpointCell, knowledge, summaryOf, type Vouched } from "../knowledge.ts";
import { type MediumActions, medium } from "../medium.ts";
import { below, type ClbftWorld, spell, upTo } from "../world.ts";

type AnyTransition = AnyAutomaton["transitions"][string];
type Scope = ScopeOf<Cells, never>;
type Live = Record<string, unknown>;
type PayloadOf<K extends keyof AgreementActions> = AgreementActions[K]["payload"];

/** What a correct replica that holds it says again for as long as somebody lacks it. */
export interface SaidAgain {
  /** 2f + 1 commits */
  readonly decisions: boolean;
  /** 2f + 1 checkpoints */
  readonly checkpoints: boolean;
  /** a NEW-VIEW that it entered */
  readonly newViews: boolean;
}

export const ALL_SAID_AGAIN: SaidAgain = { decisions: true, checkpoints: true, newViews: true };

/** Whether some correct replica holds 2f + 1 commits of a batch in a view. */
const decisionCell = (view: number, n: number, batch: Batch) =>
  `decision ${view} ${n} ${spell(batch)}`;
/** The new views of a faulty primary that some correct replica entered. */
const enteredCell = (view: number) => `entered ${view}`;

/**
 * The network where something is owed (rules.md, CLBFT.AGAIN). What correct replicas send from a view on is delivered in
 * the end. Votes of earlier views may be lost, each of them: the coalition delivers them, or nobody does. What correct replicas say again for as long as somebody lacks it is owed in all views: VIEW-CHANGEs,
 * and whatever certificate one of them holds: of a decision, of a checkpoint, of a new view.
 * @param stableFrom the last view without it
 */
export function relaying(
  world: ClbftWorld,
  stableFrom = world.views - 1,
  saidAgain = ALL_SAID_AGAIN,
): Automaton<Cells, MediumActions> {
  const { correct, numbers, views, rules } = world;
  const known = knowledge(world, []);
  const network = medium({ ...world, owes: true });
  const [base] = [...network.start()];
  const transitions = network.transitions as Readonly<Record<string, AnyTransition>>;
  const of = (action: string) => transitions[action] as AnyTransition;
  const statements = below(views).flatMap((view) =>
    upTo(numbers).flatMap((n) => known.batchesIn(view).map((batch) => ({ view, n, batch }))),
  );
  const forgedViews = (saidAgain.newViews ? below(views) : []).filter(
    (view) => view > 0 && !known.isCorrectPrimary(view),
  );

  const start: Live = { ...base };
  for (const { view, n, batch } of statements) start[decisionCell(view, n, batch)] = false;
  for (const view of forgedViews) start[enteredCell(view)] = [];

  const toEach = <P>(payload: P) => correct.map((replica) => ({ replica, ...payload })) as never[];
  const relays: Scope[] = statements.map((one) => {
    const cell = decisionCell(one.view, one.n, one.batch);
    return { reads: [cell], choose: (s) => (s[cell] === true ? toEach(one) : []) };
  });
  const newViews: Scope[] = forgedViews.map((view) => ({
    reads: [enteredCell(view)],
    choose: (s) =>
      (s[enteredCell(view)] as readonly Start[]).flatMap((entered) =>
        toEach({ view, reports: summaryOf(entered, correct[0] as never), order: entered.order }),
      ),
  }));

  const isStable = (one: unknown) => (one as { view: number }).view >= stableFrom;
  const stable = (action: string): AnyTransition => ({
    ...of(action),
    scopes: (of(action).scopes ?? []).map((scope) => ({
      ...scope,
      choose: (s: Cells) => [...scope.choose(s)].filter(isStable),
    })),
  });
  const heldDecision = {
    touches: ({ view, n, batch }: PayloadOf<"COMMITTED">) => [decisionCell(view, n, batch)],
    effect(s: Live, { view, n, batch }: PayloadOf<"COMMITTED">) {
      s[decisionCell(view, n, batch)] = true;
    },
  };
  const heldCheckpoint = {
    touches: ({ n }: PayloadOf<"STABLE">) => [checkpointCell(n)],
    effect(s: Live, { n, digest }: PayloadOf<"STABLE">) {
      s[checkpointCell(n)] = (s[checkpointCell(n)] as Vouched).map((one) =>
        one.digest === digest ? { digest, by: "complete" } : one,
      );
    },
  };
  const committed = stable("COMMITTED");
  return cells<Cells, MediumActions>("medium", {
    start,
    transitions: {
      ...transitions,
      "PRE-PREPARE": stable("PRE-PREPARE"),
      PREPARED: stable("PREPARED"),
      COMMITTED: { ...committed, scopes: [...(committed.scopes ?? []), ...relays] },
      "FORGED-COMMITTED": {
        ...of("FORGED-COMMITTED"),
        ...(saidAgain.decisions && heldDecision),
      },
      "FORGED-STABLE": { ...of("FORGED-STABLE"), ...(saidAgain.checkpoints && heldCheckpoint) },
      "FORGED-INSTALL": { ...of("FORGED-INSTALL"), ...(saidAgain.checkpoints && heldCheckpoint) },
      "NEW-VIEW": { ...of("NEW-VIEW"), scopes: [...(of("NEW-VIEW").scopes ?? []), ...newViews] },
      "FORGED-NEW-VIEW": {
        ...of("FORGED-NEW-VIEW"),
        touches: ({ view }: PayloadOf<"NEW-VIEW">) =>
          forgedViews.includes(view) ? [enteredCell(view)] : [],
        effect(s: Live, { view, reports, order }: PayloadOf<"NEW-VIEW">) {
          if (!forgedViews.includes(view)) return;
          const { stable: from } = startOf(reports, rules);
          insert(s[enteredCell(view)] as unknown[], { stable: from, order } as never);
        },
      },
    } as never,
  });
}
