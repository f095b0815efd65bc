import { labelOf, named, sortOf } from "../../spec/automaton/index.ts";
import { atomicRegister } from "../../spec/register/register.ts";
import { nobleScheme } from "../crypto/noble.ts";
import { digestWith } from "../crypto/scheme.ts";
import type { ClusterFacts, RegisterProtocol } from "../network/protocol.ts";
import { type ClientState, client } from "./client-automaton.ts";
import { clientProcess } from "./client-process.ts";
import type { Client, RegisterObject, Replica } from "./messages.ts";
import { replica } from "./replica-automaton.ts";
import { replicaProcess } from "./replica-process.ts";
import { MUTANTS, PRINTED, PRINTED_E01, PRINTED_E02, REPAIRED, type Rules } from "./rules.ts";
import type { Membership } from "./wire.ts";

/** The value of a key that nobody wrote. */
const NO_VALUE = "";

/** As in the hosts whose records are validated; any implementation of SHA-256 gives it. */
const digest = digestWith(nobleScheme);

/** An escaped byte takes three characters; `object#'…'` takes nine. */
const objectChars = (keyBytes: number) => 3 * keyBytes + 9;

const objectOf = (key: string): RegisterObject => named("object", key);
const keyOf = (object: RegisterObject): string => labelOf(object) ?? object;

/** BFT-BC as hosts run it: a register for each key, under the given rules. */
export function protocolUnder(rules: Rules): RegisterProtocol {
  const membershipOf = (facts: ClusterFacts): Membership => ({
    replicas: new Set(facts.replicas),
    quorum: 2 * facts.faults + 1,
    objectCharsMax: objectChars(facts.keyBytes),
    valueCharsMax: facts.valueBytes,
  });
  return {
    name: "bft-bc",
    format: 1,
    replicasFor: (faults) => 3 * faults + 1,
    replica: (self, facts) =>
      replicaProcess({
        self,
        of: membershipOf(facts),
        rules,
        digest: facts.digest,
        initial: NO_VALUE,
        authorise: (of, what, object) => facts.authorise(of, what, keyOf(object)),
      }),
    client(self, facts, ended) {
      const process = clientProcess({
        self,
        of: membershipOf(facts),
        rules,
        digest: facts.digest,
        initial: NO_VALUE,
        retransmission: facts.retransmission,
        returned: (object, value) => ended(keyOf(object), value),
      });
      return {
        process,
        isIdle: (host, key) =>
          (host.state(objectOf(key), "client") as ClientState).phase.at === "idle",
        begin(host, key, value) {
          const object = objectOf(key);
          const at = { client: self, object };
          if (value === null) host.input(object, { name: "INVOKE-READ", payload: at });
          else host.input(object, { name: "INVOKE-WRITE", payload: { ...at, value } });
        },
      };
    },
    indexOf: objectOf,
    specification: (keys, users) =>
      atomicRegister({
        objects: keys.map(objectOf),
        correct: users,
        faulty: {},
        initial: NO_VALUE,
        maxLurking: null,
      }),
    automata: (process, unit) =>
      sortOf(process) === "replica"
        ? { replica: replica(process as Replica, unit as RegisterObject, NO_VALUE, rules, digest) }
        : { client: client(process as Client, rules, digest) },
  };
}

/** The protocol that we run: {@link REPAIRED}. */
export const protocol: RegisterProtocol = protocolUnder(REPAIRED);

/** What hosts do not vary: how many signatures make a proof, and that each names its object. */
const NOT_ON_HOSTS = ["no-object-in-signature", "prepare-quorum-f+1"];

/** Every reading and every mutant that hosts can run, by name: simulations look for their faults. */
export const variants: Readonly<Record<string, RegisterProtocol>> = {
  repaired: protocol,
  printed: protocolUnder(PRINTED),
  "printed/L-E01": protocolUnder(PRINTED_E01),
  "printed/L-E02": protocolUnder(PRINTED_E02),
  ...Object.fromEntries(
    Object.entries(MUTANTS)
      .filter(([name]) => !NOT_ON_HOSTS.includes(name))
      .map(([name, rules]) => [name, protocolUnder(rules)]),
  ),
};
