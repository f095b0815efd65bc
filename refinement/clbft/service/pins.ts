import type { Case } from "../../../spec/automaton/index.ts";

/*
 * States and levels of the CI instances, by exploration: claim, variant and instance. A changed count is a
 * reviewed change.
 */
const PINS: Readonly<Record<string, NonNullable<Case["pinned"]>>> = {
  "W-CL-DIGEST@repaired on 1 faulty of 4, 2 of correct clients, K = 1, state transfer": {
    states: 115796,
    depth: 30,
  },
  "W-CL-DIGEST@repaired on 1 faulty of 4, 2 of correct clients, K = 2, one restart of replica#0": {
    states: 117102,
    depth: 27,
  },
  "W-CL-DIGEST@repaired on 1 faulty of 4, 2 of correct clients, K = 2, state transfer": {
    states: 40216,
    depth: 25,
  },
  "W-CL-DIGEST@repaired/agreement on 3 correct, faulty: backup 3, 1 view, 1 number, 1 request, checkpoints every 1, window 2":
    { states: 616, depth: 16 },
  "W-CL-INSTALL@repaired on 1 faulty of 4, 2 of correct clients, K = 1, state transfer": {
    states: 115796,
    depth: 30,
  },
  "W-CL-ORDER-ENV@repaired on 3 correct, faulty: backup 3, 1 view, 1 number, 1 request, checkpoints every 1, window 2":
    { states: 4928, depth: 19 },
  "W-CL-ORDER-ENV@repaired on 3 correct, faulty: primary of view 0, 1 view, 1 number, 2 requests of 2 clients":
    { states: 597, depth: 13 },
  "W-CL-ORDER-ENV@repaired on 3 correct, faulty: primary of view 0, 1 view, 2 numbers, 1 request": {
    states: 21261,
    depth: 25,
  },
  "W-CL-ORDER-ENV@repaired on 3 correct, faulty: primary of view 0, 1 view, 2 numbers, 2 requests of 2 clients":
    { states: 180349, depth: 25 },
  "W-CL-ORDER-ENV@repaired on 3 correct, faulty: primary of view 0, 2 views, 1 number, 2 requests of 2 clients":
    { states: 61052, depth: 23 },
  "W-CL-READ@repaired on 1 faulty of 4, 2 of correct clients, direct reads as in ?x": {
    states: 9589,
    depth: 24,
  },
  "W-CL-READ@repaired on 1 faulty of 4, 2 of correct clients, direct reads as in x?": {
    states: 122331,
    depth: 28,
  },
  "W-CL-READ-LIVE@repaired on the primary of view 0 faulty and mute to clients, 1 of 1 client, 2 views, 1 number, direct reads":
    { states: 478883, depth: 30 },
  "W-CL-SEQ@repaired on 1 faulty of 4, 1 of correct clients": { states: 1813, depth: 19 },
  "W-CL-SEQ@repaired on 1 faulty of 4, 1 of correct clients, 1 ordered twice": {
    states: 9337,
    depth: 23,
  },
  "W-CL-SEQ@repaired on 1 faulty of 4, 1 of correct clients, K = 1, state transfer": {
    states: 12742,
    depth: 22,
  },
  "W-CL-SEQ@repaired on 1 faulty of 4, 1 of correct clients, one restart of replica#0": {
    states: 5111,
    depth: 20,
  },
  "W-CL-SEQ@repaired on 1 mute of 4, 2 of correct clients": { states: 203983, depth: 37 },
  "W-CL-SERVER@repaired on 1 faulty of 4, 1 and 1 of correct clients": {
    states: 151556,
    depth: 23,
  },
  "W-CL-SERVER@repaired on 1 faulty of 4, 1 of correct clients, 1 ordered twice, 1 null": {
    states: 8789,
    depth: 20,
  },
  "W-CL-SERVER@repaired on 1 faulty of 4, 1 of correct clients, 1 ordered twice, K = 1, state transfer":
    { states: 7221, depth: 23 },
  "W-CL-SERVER@repaired on 1 faulty of 4, 1 of correct clients, two under one t of a faulty one": {
    states: 20054,
    depth: 20,
  },
  "W-CL-SERVER@repaired on 1 faulty of 4, 2 of correct clients": { states: 23941, depth: 23 },
  "W-CL-SERVER@repaired on 1 faulty of 4, 2 of correct clients at a time": {
    states: 151191,
    depth: 23,
  },
  "W-CL-SERVER@repaired on 1 mute of 4, 2 of correct clients": { states: 7096, depth: 23 },
  "W-CL-SERVER-RESTART@mutant/volatile-clients.next on 1 mute of 4, 1 of correct clients, one restart of client#0, in fair runs":
    { states: 3705, depth: 18 },
  "W-CL-SERVER-RESTART@repaired on 1 faulty of 4, 1 of correct clients, 1 ordered twice, 1 null, K = 2, state transfer, one restart of replica#0":
    { states: 69622, depth: 25 },
  "W-CL-SERVER-RESTART@repaired on 1 faulty of 4, 1 of correct clients, one restart of client#0": {
    states: 732,
    depth: 13,
  },
  "W-CL-SERVER-RESTART@repaired on 1 faulty of 4, 2 of correct clients, K = 2, one restart of replica#0":
    { states: 117102, depth: 27 },
  "W-CL-SERVER-RESTART@repaired on 1 mute of 4, 1 of correct clients, K = 1, one restart of replica#0, in fair runs":
    { states: 9524, depth: 21 },
  "W-CL-SERVER-RESTART@repaired on 1 mute of 4, 1 of correct clients, one restart of client#0, in fair runs":
    { states: 2779, depth: 18 },
  "W-CL-SERVER-RESTART@repaired on 1 mute of 4, 1 of correct clients, one restart of replica#0, in fair runs":
    { states: 2514, depth: 18 },
  "W-CL-STACK@repaired on a backup faulty, 1 of 1 client, 1 view, 1 number": {
    states: 645,
    depth: 18,
  },
  "W-CL-STACK@repaired on the primary of view 0 faulty, 1 of 1 client, 1 view, 1 number": {
    states: 473,
    depth: 16,
  },
  "W-CL-STACK@repaired on the primary of view 0 faulty, 1 of 1 client, 1 view, 2 numbers": {
    states: 53126,
    depth: 28,
  },
  "W-CL-STACK@repaired on the primary of view 0 faulty, 1 of 1 client, 2 views, 1 number": {
    states: 79225,
    depth: 27,
  },
  "W-CL-STACK@repaired on a backup faulty, 1 and 1 of 2 clients, 1 view, 2 numbers": {
    states: 420560,
    depth: 35,
  },
  "W-CL-ORDER-ENV@repaired on 3 correct, faulty: primary of view 0, 1 view, 1 number, 2 requests of 2 clients, restart: backup 2, signers kept":
    { states: 1374, depth: 14 },
  "W-CL-ORDER-ENV@repaired on 3 correct, faulty: backup 3, 1 view, 1 number, 1 request, checkpoints every 1, window 2, restart: backup 1":
    { states: 12800, depth: 20 },
};

/** What a case pins: nothing where it is expected to be violated, or explored nightly only. */
export function pinnedOf(claim: string, variant: string, instance: string): Pick<Case, "pinned"> {
  const pinned = PINS[`${claim}@${variant} on ${instance}`];
  return pinned === undefined ? {} : { pinned };
}
