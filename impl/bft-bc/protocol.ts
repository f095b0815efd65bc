import { labelOf, named, sortOf } from "../../spec/automaton/index.ts";
import { atomicRegister } from "../../spec/register/register.ts";
import { nobleScheme } from "../crypto/noble.ts";
import { digestWith } from "../crypto/scheme.ts";
import type { ClusterFacts, RegisterProtocol } from "../network/protocol.ts";
import { client } from "./client-automaton.ts";
import { clientProcess } from "./client-process.ts";
import type { ClientState } from "./client-state.ts";
import type { Client, RegisterObject, Replica } from "./messages.ts";
import { replica } from "./replica-automaton.ts";
import { replicaProcess } from "./replica-process.ts";
import {
  MUTANTS,
  OPTIMISED,
  PRINTED,
  PRINTED_E01,
  PRINTED_E02,
  PRINTED_E08,
  PRINTED_E11,
  PRINTED_E12,
  PRINTED_E13,
  PRINTED_OPTIMISED,
  PRINTED_STRONG,
  PRINTED_STRONG_OPTIMISED,
  REPAIRED,
  type Rules,
  STRONG,
  STRONG_OPTIMISED,
} from "./rules.ts";
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
    rules,
  });
  return {
    offers: "registers",
    name: nameOf(rules),
    format: 2,
    replicasTalk: false,
    replicasFor: (faults) => 3 * faults + 1,
    replica: (self, facts) =>
      replicaProcess({
        self,
        of: membershipOf(facts),
        digest: facts.digest,
        initial: NO_VALUE,
        authorise: (of, what, object) => facts.authorise(of, what, keyOf(object)),
      }),
    client(self, facts, ended) {
      const process = clientProcess({
        self,
        of: membershipOf(facts),
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

/** The protocols that a configuration may name. */
export type ProtocolName =
  | "bft-bc"
  | "bft-bc-optimised"
  | "bft-bc-strong"
  | "bft-bc-strong-optimised";

/** Whose variant some rules are. */
function nameOf({ optimised, strong }: Rules): ProtocolName {
  if (optimised) return strong ? "bft-bc-strong-optimised" : "bft-bc-optimised";
  return strong ? "bft-bc-strong" : "bft-bc";
}

/** The protocols that run, by the name in a configuration. */
export const protocols: Readonly<Record<ProtocolName, RegisterProtocol>> = {
  "bft-bc": protocolUnder(REPAIRED),
  "bft-bc-optimised": protocolUnder(OPTIMISED),
  "bft-bc-strong": protocolUnder(STRONG),
  "bft-bc-strong-optimised": protocolUnder(STRONG_OPTIMISED),
};

/** The base protocol: {@link REPAIRED}. */
export const protocol: RegisterProtocol = protocols["bft-bc"];

/** Readings of the paper that simulations find wrong. */
const PRINTED_AS: Readonly<Record<ProtocolName, Readonly<Record<string, Rules>>>> = {
  "bft-bc": { printed: PRINTED, "printed/L-E01": PRINTED_E01, "printed/L-E02": PRINTED_E02 },
  "bft-bc-optimised": {
    printed: PRINTED_OPTIMISED,
    "printed/L-E11": PRINTED_E11,
    "printed/L-E12": PRINTED_E12,
    "printed/L-E13": PRINTED_E13,
  },
  "bft-bc-strong": { printed: PRINTED_STRONG },
  "bft-bc-strong-optimised": { printed: PRINTED_STRONG_OPTIMISED, "printed/L-E08": PRINTED_E08 },
};

/** Hosts do not vary what makes a proof: how many signatures, that each names its object, and when it leaves. */
export const runsOnHosts = ({ prepareQuorum, objectInSignature, leaksEarly }: Rules): boolean =>
  prepareQuorum === null && objectInSignature && !leaksEarly;

/** Every reading and every mutant of a protocol that hosts can run: simulations look for their faults. */
export function variantsOf(name: ProtocolName): Readonly<Record<string, RegisterProtocol>> {
  const readings = [
    ...Object.entries(PRINTED_AS[name]),
    ...Object.entries(MUTANTS).filter(([, rules]) => nameOf(rules) === name && runsOnHosts(rules)),
  ];
  return {
    repaired: protocols[name],
    ...Object.fromEntries(readings.map(([as, rules]) => [as, protocolUnder(rules)])),
  };
}

/** Those of the base protocol. */
export const variants: Readonly<Record<string, RegisterProtocol>> = variantsOf("bft-bc");
