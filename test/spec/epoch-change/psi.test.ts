import { describe, expect, test } from "vitest";
import { SubsetMonitor } from "../../../checker/explore/subsets.ts";
import { checkCase } from "../../../checker/run.ts";
import {
  type Action,
  automaton,
  type Case,
  type Composition,
  claim,
  compose,
  eventuallyAlways,
  indices,
  invariant,
  leadsTo,
  type Output,
  type PartClause,
  type PayloadOf,
  type Problem,
  spontaneous,
  weaklyFair,
  withoutClause,
  witness,
} from "../../../spec/automaton/index.ts";
import { type Complaints, type EpochFault, epochsOf } from "../../../spec/epoch-change/epochs.ts";
import {
  type EpochChangeActions,
  epochChange,
  epochChangeSystem,
  isBeyond,
  isLed,
  isToBeSucceeded,
  type Process,
} from "../../../spec/epoch-change/psi.ts";

const GROUP = indices("replica", 4) as readonly Process[];
const CORRECT = GROUP.slice(1);
const EPOCHS = 2;
type Complain = PayloadOf<EpochChangeActions, "COMPLAIN">;

/** Complains once about each leader of some epochs, if it likes. */
const complainer = (
  process: Process,
  epochs: readonly number[],
  leads: (epoch: number) => Process,
) =>
  automaton<readonly number[], { COMPLAIN: Output<Complain> }>("complainer", {
    start: [],
    transitions: {
      COMPLAIN: {
        kind: "output",
        at: { process },
        task: spontaneous("complain"),
        choose: () => epochs.map((epoch) => ({ process, epoch, leader: leads(epoch) })),
        when: { once: (complained, { epoch }) => !complained.includes(epoch) },
        effect: (complained, { epoch }) => [...complained, epoch].sort(),
      },
    },
  });

interface Setting {
  readonly without?: Omit<PartClause, "part">;
  readonly complaints?: Complaints;
  /** in which epochs somebody may complain */
  readonly about?: readonly number[];
  /** one leader an epoch, by rotation, without it */
  readonly leadersOf?: (epoch: number) => readonly Process[];
}

const rotating = (epoch: number) => [GROUP[epoch % GROUP.length] as Process];

/** Ψ with processes that complain, and what it does seen as Ψ. */
function systemOf({ without, complaints = "in any epoch", about = [0, 1], leadersOf }: Setting) {
  const leaders = leadersOf ?? rotating;
  const leads = (epoch: number) => leaders(epoch)[0] as Process;
  const epochs = epochsOf<Pick<EpochChangeActions, "COMPLAIN" | "START-EPOCH">>(
    {
      COMPLAIN: ({ process, epoch }) => ({ what: "complains", process, epoch }),
      "START-EPOCH": (start) => ({ what: "starts", ...start }),
    },
    { correct: CORRECT, first: leads(0), complaints },
  );
  const system = compose("Ψ", {
    psi: epochChange({ correct: CORRECT, faults: 1, epochs: EPOCHS, leadersOf: leaders }),
    complainers: CORRECT.map((process) => complainer(process, about, leads)),
    epochs: epochs as never,
  }) as unknown as System;
  return without === undefined ? system : withoutClause(system, { part: "psi", ...without });
}
type System = Composition<{
  readonly psi: ReturnType<typeof epochChange>;
  readonly complainers: readonly ReturnType<typeof complainer>[];
  readonly epochs: ReturnType<typeof epochsOf<Record<never, never>>>;
}>;

const safe = (setting: Setting, faults: readonly EpochFault[]): Problem => {
  const system = systemOf(setting);
  return {
    system,
    properties: faults.map((fault) =>
      invariant(system, {
        name: fault,
        reads: ["epochs"],
        holds: ({ epochs }) => !epochs.broken.includes(fault),
      }),
    ),
    witnesses: [
      witness(system, {
        name: "all come to the last epoch",
        reads: ["epochs"],
        reached: ({ epochs }) => isBeyond(epochs, EPOCHS - 1),
      }),
    ],
  };
};

function verdictOf(problem: () => Problem) {
  const one: Case = { variant: "test", instance: "small", tier: "ci", expect: "holds", problem };
  const { verdict, error } = checkCase(
    claim({ id: "test/psi", says: "see the test", source: "here", cases: [one] }),
    one,
  );
  return error === null || error === undefined ? verdict : error;
}

describe("CLBFT.SPEC.EPOCHS: Ψ keeps its safety properties", () => {
  test("all three", { timeout: 30_000 }, () => {
    const faults = ["monotonicity", "consistency", "coup resistance"] as const;
    expect(verdictOf(() => safe({}, faults))).toBe("holds");
  });

  test.each([
    ["monotonicity", "START-EPOCH", "monotone"],
    ["coup resistance", "OPEN-EARLY", "complained"],
    ["coup resistance", "OPEN", "succession"],
  ] as const)("but not %s where %s lacks the clause %s", (fault, action, clause) => {
    expect(verdictOf(() => safe({ without: { action, clause } }, [fault]))).toBe("violated");
  });

  test("but not consistency where START-EPOCH lacks the clause consistent", () => {
    const leadersOf = (epoch: number) => (epoch === 0 ? GROUP.slice(0, 1) : GROUP.slice(1, 3));
    const rogue = (system: System): System => {
      const start = system.parts.psi.transitions["START-EPOCH"];
      const either = {
        ...start,
        choose: (s: Parameters<NonNullable<typeof start>["choose"] & object>[0]) =>
          CORRECT.flatMap((process) =>
            [1, 2]
              .filter((epoch) => Object.hasOwn(s.leaders, epoch))
              .flatMap((epoch) => leadersOf(epoch).map((leader) => ({ process, epoch, leader }))),
          ),
        when: { ...start?.when, consistent: () => true },
      };
      const psi = {
        ...system.parts.psi,
        transitions: { ...system.parts.psi.transitions, "START-EPOCH": either },
      };
      return compose("Ψ", { ...system.parts, psi } as never) as unknown as System;
    };
    const broken = () => {
      const system = rogue(systemOf({ leadersOf }));
      const { properties } = safe({ leadersOf }, ["consistency"]);
      return { system, properties, witnesses: [] };
    };
    expect(verdictOf(broken)).toBe("violated");
  });

  test("coup resistance fails where a complaint in an epoch that was not started does not count", () => {
    const complaints = "in epochs that they started" as const;
    expect(verdictOf(() => safe({ complaints }, ["coup resistance"]))).toBe("violated");
  });
});

describe("CLBFT.SPEC.EPOCHS: Ψ as a specification", () => {
  const specification = epochChangeSystem({
    correct: CORRECT,
    faults: 1,
    epochs: EPOCHS,
    leadersOf: rotating,
  });
  const act = (
    name: string,
    process: Process | undefined,
    epoch: number,
    leader = epoch,
  ): Action => ({
    name,
    payload: { process, epoch, leader: GROUP[leader] },
  });
  const complains = (process: Process | undefined, epoch: number) =>
    act("COMPLAIN", process, epoch);
  const starts = (process: Process | undefined, epoch: number, leader = epoch) =>
    act("START-EPOCH", process, epoch, leader);
  const [p, q] = CORRECT;

  function monitored(history: readonly Action[]) {
    const visible = new Map(
      ["COMPLAIN", "START-EPOCH"].map((name) => [
        name,
        (payload: Action["payload"]) => ({ name, payload }),
      ]),
    );
    const body = { kind: "inclusion", name: "Ψ", reads: [], quiescence: true, fair: null } as const;
    const monitor = new SubsetMonitor({ ...body, specification, visible });
    const states = history.reduce<readonly number[]>(
      (set, one) => monitor.next(set, one),
      monitor.start(),
    );
    return { allowed: states.length > 0, mayEnd: monitor.mayBeQuiescent(states) };
  }
  const allows = (...history: readonly Action[]) => monitored(history).allowed;

  test("an epoch is started after a complaint of a correct process in the one before", () => {
    expect(allows(complains(p, 0), starts(q, 1))).toBe(true);
    expect(allows(starts(q, 1))).toBe(false);
    expect(allows(complains(GROUP[0], 0), starts(q, 1))).toBe(false);
    expect(allows(complains(p, 1), starts(q, 1))).toBe(false);
    expect(allows(complains(p, 0), starts(q, 1), starts(q, 2))).toBe(false);
  });

  test("epochs rise, may be left out, and have one leader each", () => {
    const complaints = [complains(p, 0), complains(p, 1)];

    expect(allows(...complaints, starts(q, 2))).toBe(true);
    expect(allows(...complaints, starts(q, 1), starts(q, 2), starts(p, 2))).toBe(true);
    expect(allows(...complaints, starts(q, 2), starts(q, 1))).toBe(false);
    expect(allows(...complaints, starts(q, 1), starts(q, 1))).toBe(false);
    expect(allows(...complaints, starts(q, 1, 2))).toBe(false);
  });

  test("f + 1 complaints oblige every correct process to go on, f do not", () => {
    expect(monitored([complains(p, 0)]).mayEnd).toBe(true);
    expect(monitored([complains(p, 0), complains(q, 0)]).mayEnd).toBe(false);
    const some = [complains(p, 0), complains(q, 0), starts(p, 1), starts(q, 1)];
    expect(monitored(some).mayEnd).toBe(false);
    expect(monitored([...some, starts(CORRECT[2], 1)]).mayEnd).toBe(true);
  });
});

describe("CLBFT.SPEC.EPOCHS: Ψ keeps its promises", () => {
  const succession = (setting: Setting, epoch: number): Problem => {
    const system = systemOf(setting);
    return {
      system,
      properties: [
        leadsTo(system, {
          name: "eventual succession",
          reads: ["epochs"],
          fairness: [weaklyFair("START-EPOCH", { by: ["process"] })],
          premise: ({ epochs }) => isToBeSucceeded(epochs, epoch, 1),
          conclusion: ({ epochs }) => isBeyond(epochs, epoch),
        }),
      ],
      witnesses: [],
    };
  };

  test("succession", () => {
    expect(verdictOf(() => succession({ about: [0] }, 0))).toBe("holds");
  });

  test("succession is broken where an epoch is opened early alone", () => {
    const system = systemOf({ about: [0] });
    const late = compose("Ψ", {
      ...system.parts,
      psi: {
        ...system.parts.psi,
        transitions: {
          ...system.parts.psi.transitions,
          OPEN: { ...system.parts.psi.transitions.OPEN, when: { never: () => false } },
        },
      },
    } as never);
    const { properties } = succession({ about: [0] }, 0);
    expect(verdictOf(() => ({ system: late, properties, witnesses: [] }))).toBe("violated");
  });

  const leadership = (about: readonly number[]): Problem => {
    const system = systemOf({ about });
    return {
      system,
      properties: [
        eventuallyAlways(system, {
          name: "eventual leadership",
          reads: ["epochs"],
          fairness: [
            weaklyFair("START-EPOCH", { by: ["process"] }),
            weaklyFair("COMPLAIN", { by: ["process"] }),
          ],
          holds: ({ epochs }) => isLed(epochs, CORRECT),
        }),
      ],
      witnesses: [],
    };
  };

  test("leadership, where all complain about the faulty leader and nobody about a correct one", () => {
    expect(verdictOf(() => leadership([0]))).toBe("holds");
  });

  test("no leadership, where nobody complains about the faulty leader", () => {
    expect(verdictOf(() => leadership([]))).toBe("violated");
  });
});
