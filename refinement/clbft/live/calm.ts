import { type AgreementActions, awaitsPrimary } from "../../../impl/clbft/agreement/state.ts";
import type { Request } from "../../../impl/clbft/messages.ts";
import { type Calm, type CalmSystem, calm } from "../../../impl/clbft/model/live/calm.ts";
import type { Agreement } from "../../../impl/clbft/model/live/composition.ts";
import { type ClbftRules, REPAIRED } from "../../../impl/clbft/rules.ts";
import {
  type AnyAutomaton,
  type Case,
  index,
  invariant,
  leadsTo,
  type Problem,
  type Property,
  quiescentWhenFinished,
  type Verdict,
  type Witness,
  witness,
} from "../../../spec/automaton/index.ts";
import { caseOf, worldOf } from "./problems.ts";

/** What clients hand to whom, by position. */
export interface CalmSize {
  readonly name: string;
  readonly asked: readonly {
    readonly t: number;
    readonly op: string;
    readonly at: readonly number[];
  }[];
  readonly clientWindow: number;
  readonly faulty: readonly number[];
}

interface More extends Partial<Pick<Calm, "forgetsBelow" | "forwards" | "changed">> {
  /** both, without it */
  readonly asks?: readonly Ask[];
}

/** Where nothing is owed any more nobody waits; nobody ever leaves view 0; whoever waits is served in every fair run. */
type Ask = "calm" | "stays" | "served";

const ASKS: Readonly<Record<Ask, (system: CalmSystem) => Property>> = {
  calm: (system) =>
    quiescentWhenFinished(system, {
      name: "nobody waits for the primary in vain",
      reads: ["agreement"],
      finished: ({ agreement }) => agreement.every((one) => !awaitsPrimary(one)),
    }),
  stays: (system) =>
    invariant(system, {
      name: "no correct replica changes its view",
      reads: ["agreement.view", "agreement.active"],
      holds: ({ agreement }) => agreement.every(({ view, active }) => view === 0 && active),
    }),
  served: (system) =>
    leadsTo(system, {
      name: "a backup that waits for its primary is served",
      reads: ["agreement"],
      premise: ({ agreement }) => agreement.slice(1).some(awaitsPrimary),
      conclusion: ({ agreement }) => !agreement.slice(1).some(awaitsPrimary),
    }),
};

const CLIENT = index("client", 0);

/** One instance of a correct and timely primary. */
export function calmCase(
  variant: string,
  size: CalmSize,
  expect: Verdict,
  rest: Partial<Case> = {},
  more: More = {},
  rules: ClbftRules = REPAIRED,
): Case {
  const problem = (): Problem => {
    const requests = size.asked.map(({ t, op }): Request => ({ client: CLIENT, t, op }));
    const base = worldOf(
      { faulty: size.faulty, views: 2, numbers: requests.length, requests: [requests.length] },
      rules,
    );
    const world = { ...base, requests };
    const asked = size.asked.map(({ at }, place) => ({
      request: requests[place] as Request,
      at: at.map((one) => world.group[one] as never),
    }));
    const { clientWindow } = size;
    const { asks = ["calm", "stays"], ...changes } = more;
    const system = calm({ world, asked, clientWindow, forwards: "again", ...changes });
    return {
      system,
      ...(asks.includes("served") ? {} : { reductions: ["sends-at-once"] }),
      properties: asks.map((ask) => ASKS[ask](system)),
      witnesses: expect === "holds" && variant === "repaired" ? served(system, requests) : [],
      excludes: [
        "a clock runs out where nothing is owed any more: it is longer than what is under way at a time takes",
        `one client, which hands out ${requests.length} requests as the instance says, in any order`,
        "restarts, direct reads, checkpoints",
      ],
    };
  };
  return caseOf(variant, size.name, problem, { expect, ...rest });
}

const served = (system: CalmSystem, requests: readonly Request[]): readonly Witness[] => [
  witness(system, {
    name: "a backup waits for its primary",
    reads: ["agreement"],
    reached: ({ agreement }) => agreement.slice(1).some(({ waiting }) => waiting.length > 0),
  }),
  witness(system, {
    name: "a request of the highest timestamp is executed",
    reads: ["execution.clients"],
    reached: ({ execution }) =>
      execution.some(
        ({ clients }) => clients[CLIENT]?.last === Math.max(...requests.map(({ t }) => t)),
      ),
  }),
];

/** A replica that looks for what it executed by operation, and not by timestamp: it keeps the twin waiting. */
export const keepsTwins = (one: Agreement): Agreement => {
  const execute = (one as AnyAutomaton).transitions.EXECUTE;
  type Executed = AgreementActions["EXECUTE"]["payload"];
  const effect = (s: { waiting: readonly Request[] }, payload: Executed, send: never) => {
    const kept = s.waiting.filter(
      ({ t, op }) => !payload.batch.some((done) => done.t === t && done.op === op),
    );
    execute?.effect?.(s, payload, send);
    s.waiting = kept.map((request) => ({ ...request }));
  };
  return { ...one, transitions: { ...one.transitions, EXECUTE: { ...execute, effect } } } as never;
};
