import { describe, expect, test } from "vitest";
import type { Problem } from "../../../spec/automaton/index.ts";
import { exploreAll } from "../../checker/explore/comparing.ts";
import { entriesOf, expectAsPublished } from "../manifest.ts";
import { abdServers, linearizableRegister } from "./linearizable-register.ts";
import { paxos, paxosServers } from "./paxos.ts";
import { countStates } from "./reference.ts";
import { type Members, members, registerActors } from "./register.ts";
import { singleCopyRegister, singleCopyServers } from "./single-copy-register.ts";

const PROBLEMS: Readonly<Record<string, () => Problem>> = {
  "paxos-1": () => paxos(1),
  "paxos-2": () => paxos(2),
  "paxos-3": () => paxos(3),
  "linearizable-register-2-2": () => linearizableRegister(2, 2, "nonduplicating"),
  "linearizable-register-2-2-ordered": () => linearizableRegister(2, 2, "ordered"),
  "linearizable-register-3-2-ordered": () => linearizableRegister(3, 2, "ordered"),
  "single-copy-register-1-2": () => singleCopyRegister(1, 2),
  "single-copy-register-1-3": () => singleCopyRegister(1, 3),
  "single-copy-register-1-4": () => singleCopyRegister(1, 4),
  "single-copy-register-2-2": () => singleCopyRegister(2, 2),
};

const FILES = ["paxos.ts", "linearizable-register.ts", "single-copy-register.ts"];

/** The largest of the tier `nightly` on a busy machine. */
const TIMEOUT_MS = 300_000;

describe("registers of Stateright", () => {
  test.each(entriesOf("stateright", ...FILES))(
    "$id is as published",
    { timeout: TIMEOUT_MS },
    (entry) => {
      expectAsPublished(entry, PROBLEMS[entry.id]!());
    },
  );

  type Servers = (all: Members) => Parameters<typeof registerActors>[1];
  test.each<[string, Servers, number, number, "nonduplicating" | "ordered"]>([
    ["paxos-1", paxosServers, 3, 1, "nonduplicating"],
    ["linearizable-register-2-2", abdServers, 2, 2, "nonduplicating"],
    ["linearizable-register-2-2-ordered", abdServers, 2, 2, "ordered"],
    ["single-copy-register-1-3", singleCopyServers, 1, 3, "nonduplicating"],
    ["single-copy-register-2-2", singleCopyServers, 2, 2, "nonduplicating"],
  ])("%s has the states of the plain search", (id, servers, serverCount, clientCount, network) => {
    const all = members(serverCount, clientCount);
    const { clients, actors } = registerActors(all, servers(all));

    const expected = countStates(actors, clients, network);

    expect(exploreAll(PROBLEMS[id]!()).states).toBe(expected);
  });
});
