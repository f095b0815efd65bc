import type { ServiceSystem } from "../../../impl/clbft/model/service/composition.ts";
import { claim } from "../../../spec/automaton/index.ts";
import { C, GROUP, type ServiceSize } from "./instances.ts";
import { losing, snapshotsWithoutRecords, withoutExecutingAgain } from "./mutants.ts";
import { type Rest, serviceCase } from "./problems.ts";
import { allReturned, looksLikeOneServer } from "./properties.ts";
import {
  answersEach,
  clientIsInterrupted,
  executesAll,
  losesExecuted,
  restarting,
  startsFromCheckpoint,
} from "./restarts.ts";

const ID = "W-CL-SERVER-RESTART";
const REPLICA = GROUP.slice(0, 1);
const CLIENT = [C];

const ONE: ServiceSize = { operations: ["x", ""] };
const ONE_AFTER_THE_OTHER: ServiceSize = { operations: ["xy", ""], checkpointEvery: 2 };
const TRANSFER: ServiceSize = {
  ...ONE,
  repeats: 1,
  nulls: 1,
  checkpointEvery: 2,
  transfers: true,
};
const MUTE: ServiceSize = { ...ONE, mute: true };
const MUTE_SNAPSHOT: ServiceSize = { ...MUTE, checkpointEvery: 1 };

interface How {
  readonly who: readonly ((typeof REPLICA)[number] | typeof C)[];
  readonly mutate?: (system: ServiceSystem) => ServiceSystem;
  readonly witnesses?: (system: ServiceSystem) => ReturnType<typeof losesExecuted>[];
}

const nameOf = (who: How["who"]) => `, one restart of ${who.join(" or ")}`;

/** What clients see is right, whatever comes of the outputs that a crash loses. */
const safe = (variant: string, size: ServiceSize, how: How, rest: Rest) => {
  const { who, mutate = (system) => system, witnesses = () => [] } = how;
  return serviceCase(
    ID,
    variant,
    size,
    {
      properties: (system, world) => [looksLikeOneServer(system, world, { answers: false })],
      witnesses: (system, world) =>
        rest.expect === "holds" ? [allReturned(system, world), ...witnesses(system)] : [],
      mutate: (system) => restarting(mutate(system), who),
    },
    rest,
    nameOf(who),
  );
};

/** And everything is answered, and executed by everybody. */
const live = (variant: string, size: ServiceSize, how: How, rest: Rest) => {
  const { who, mutate = (system) => system, witnesses = () => [] } = how;
  return serviceCase(
    ID,
    variant,
    size,
    {
      properties: (system, world) => [answersEach(system), executesAll(system, world)],
      witnesses: (system) => (rest.expect === "holds" ? witnesses(system) : []),
      mutate: (system) => restarting(mutate(system), who),
      reductions: [],
    },
    rest,
    `${nameOf(who)}, in fair runs`,
  );
};

const behind = (system: ServiceSystem) => [losesExecuted(system, 0)];
const fromCheckpoint = (system: ServiceSystem) => [
  losesExecuted(system, 0),
  startsFromCheckpoint(system, 0),
];
const interrupted = (system: ServiceSystem) => [clientIsInterrupted(system)];
const dies = (because: string): Rest => ({ expect: "violated", because });

export default claim({
  id: ID,
  says: "A replica or a client that crashes and starts again stays correct: clients see one server still, each operation is answered, and the replica comes to execute everything.",
  source: "our addition (rules CLBFT.RESTART, CLBFT.RETRY); W §9.2",
  cases: [
    safe("repaired", ONE_AFTER_THE_OTHER, { who: REPLICA, witnesses: behind }, { expect: "holds" }),
    safe("repaired", TRANSFER, { who: REPLICA, witnesses: fromCheckpoint }, { expect: "holds" }),
    safe("repaired", ONE, { who: CLIENT, witnesses: interrupted }, { expect: "holds" }),
    live("repaired", MUTE, { who: REPLICA, witnesses: behind }, { expect: "holds" }),
    live("repaired", MUTE_SNAPSHOT, { who: REPLICA }, { expect: "holds" }),
    live("repaired", MUTE, { who: CLIENT, witnesses: interrupted }, { expect: "holds" }),
    live(
      "repaired",
      { ...MUTE, repeats: 1, nulls: 1, checkpointEvery: 2 },
      { who: REPLICA, witnesses: fromCheckpoint },
      { expect: "holds", tier: "nightly" },
    ),
    safe(
      "mutant/does-not-execute-again",
      ONE_AFTER_THE_OTHER,
      { who: REPLICA, mutate: withoutExecutingAgain },
      dies("its service lacks what was executed after its last checkpoint"),
    ),
    safe(
      "mutant/snapshots-without-records",
      { ...ONE, repeats: 1, checkpointEvery: 1 },
      { who: REPLICA, mutate: snapshotsWithoutRecords },
      dies("after the restart it executes a request for the second time"),
    ),
    live(
      "mutant/volatile-execution.snapshots",
      MUTE_SNAPSHOT,
      { who: REPLICA, mutate: losing("execution", "snapshots") },
      dies("agreement goes on above a checkpoint that its service has lost"),
    ),
    live(
      "mutant/volatile-clients.outstanding",
      MUTE,
      { who: CLIENT, mutate: losing("clients", "outstanding") },
      dies("the operation is forgotten"),
    ),
    live(
      "mutant/volatile-clients.next",
      MUTE,
      { who: CLIENT, mutate: losing("clients", "next"), witnesses: interrupted },
      {
        expect: "holds",
        because:
          "users of the model count their operations themselves; a host asks for `nextTimestamp`, and would use one again",
      },
    ),
  ],
});
