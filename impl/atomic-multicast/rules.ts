import { threshold } from "../../spec/automaton/index.ts";

/**
 * Which reading of Algorithm 3 a system runs: each field is one rule of rules.md that the printed
 * text, a suspicion or a mutant changes. {@link WIC_REPAIRED} is what we run.
 */
export interface WicRules {
  /** D.WIC.INSTANCE: every signed body carries the instance (D-E03) */
  readonly instanceInBodies: boolean;
  /** D.WIC.16-18: a coordinator in phase 2 still sends Ready (D-E01) */
  readonly coordinatorReadyInPhase2: boolean;
  /** D.WIC.19-24: a process in phase 2 still adopts and relays a Ready (D-E01) */
  readonly relayReadyInPhase2: boolean;
  /** D.WIC.8: a round begins with the certificate that line 41 left; printed: with none (D-F01) */
  readonly keepsCertificate: boolean;
  /** D.WIC.25-27: which estimate 2f + 1 Readys decide */
  readonly decides: "what the Readys name" | "its own estimate";
  /** D.WIC.13-15 */
  readonly echoesOnce: boolean;
  /** D.WIC.VALID: an Initial must agree with the GoPhase2s that it shows */
  readonly comparesCertificates: boolean;
  /** D.WIC.41: which of several ReadyCertifs counts */
  readonly takes: "the highest" | "the lowest" | "none";
  /** D.WIC.VALID: the values of an estimate have distinct signers (D-E06) */
  readonly distinctSigners: boolean;
  /** D.WIC.VALID: a GoPhase2 shows the suspicions that caused it */
  readonly goPhase2Certificate: boolean;
  /** D.WIC.VALID: so does each GoPhase2 in the certificate of an Initial; printed: not (D-E06) */
  readonly backsReports: boolean;
  /** D.WIC.35-38 */
  readonly relaysGoPhase2: boolean;
  /** D.WIC.19-24: whoever adopts an estimate also relays the Ready */
  readonly relaysReady: boolean;
  /** D.WIC.44-46 */
  readonly relaysDecide: boolean;
  /** D.WIC.EARLY: what comes before its round or instance waits (D-E07) */
  readonly buffersEarly: boolean;
  /** D.WIC.ECHO-TO-ALL: who assembles the 2f + 1 Echoes (§7, third optimisation) */
  readonly echoBroadcast: "centralised" | "decentralised";
  /** D.WIC.ONE-VALUE: which instances decide a single value (§7, second optimisation) */
  readonly oneValueInstances: "none" | "odd" | "all";
  /** changes of thresholds, by name: added to what {@link wicSizes} gives */
  readonly shifts: Readonly<Partial<Record<keyof WicSizes, number>>>;
}

/** How many messages of distinct processes each step waits for. */
export interface WicSizes {
  /** line 5: values, f + 1 */
  readonly values: number;
  /** line 16: Echoes, 2f + 1 */
  readonly echoes: number;
  /** line 25: Readys, 2f + 1 */
  readonly readys: number;
  /** line 31: Suspicions, 2f + 1 */
  readonly suspicions: number;
  /** line 40: GoPhase2s, 2f + 1 */
  readonly goPhase2s: number;
}

/**
 * The sizes for n = 3f + 1 processes, each a named {@link threshold}. Call it while a system is
 * built.
 */
export function wicSizes(f: number, { shifts }: Pick<WicRules, "shifts">): WicSizes {
  const size = (of: keyof WicSizes, value: number) =>
    threshold(`wic-${of}`, value + (shifts[of] ?? 0));
  return {
    values: size("values", f + 1),
    echoes: size("echoes", 2 * f + 1),
    readys: size("readys", 2 * f + 1),
    suspicions: size("suspicions", 2 * f + 1),
    goPhase2s: size("goPhase2s", 2 * f + 1),
  };
}

/** How many values an estimate of instance k has. */
export function valuesIn(k: number, rules: WicRules, sizes: WicSizes): number {
  const one = rules.oneValueInstances;
  return one === "all" || (one === "odd" && k % 2 === 1) ? 1 : sizes.values;
}

/** The protocol that we check and run. */
export const WIC_REPAIRED: WicRules = {
  instanceInBodies: true,
  coordinatorReadyInPhase2: false,
  relayReadyInPhase2: false,
  keepsCertificate: true,
  decides: "what the Readys name",
  echoesOnce: true,
  comparesCertificates: true,
  takes: "the highest",
  distinctSigners: true,
  goPhase2Certificate: true,
  backsReports: true,
  relaysGoPhase2: true,
  relaysReady: true,
  relaysDecide: true,
  buffersEarly: true,
  echoBroadcast: "centralised",
  oneValueInstances: "none",
  shifts: {},
};

/** Algorithm 3 to the letter, where the letter can be executed. */
export const WIC_PRINTED: WicRules = {
  ...WIC_REPAIRED,
  instanceInBodies: false,
  coordinatorReadyInPhase2: true,
  relayReadyInPhase2: true,
  keepsCertificate: false,
  decides: "its own estimate",
  backsReports: false,
  buffersEarly: false,
};

/** Repaired but for one defect each. */
export const WIC_PRINTED_BUT = {
  "D-E01": { ...WIC_REPAIRED, coordinatorReadyInPhase2: true, relayReadyInPhase2: true },
  "D-E03": { ...WIC_REPAIRED, instanceInBodies: false },
  "D-E06": { ...WIC_REPAIRED, backsReports: false },
  "D-E07": { ...WIC_REPAIRED, buffersEarly: false },
  "D-F01": { ...WIC_REPAIRED, keepsCertificate: false },
} as const satisfies Readonly<Record<string, WicRules>>;

/** The third optimisation of §7. */
export const WIC_ECHO_TO_ALL: WicRules = { ...WIC_REPAIRED, echoBroadcast: "decentralised" };

/** The second optimisation of §7: every other instance is a consensus on one value. */
export const WIC_ONE_VALUE: WicRules = { ...WIC_REPAIRED, oneValueInstances: "odd" };

/** Bugs that the claims must kill, each named for its rule. */
export const WIC_MUTANTS: Readonly<Record<string, WicRules>> = {
  "coordinator-ready-in-phase-2": { ...WIC_REPAIRED, coordinatorReadyInPhase2: true },
  "relay-ready-in-phase-2": { ...WIC_REPAIRED, relayReadyInPhase2: true },
  "decides-own-estimate": { ...WIC_REPAIRED, decides: "its own estimate" },
  "echoes-again": { ...WIC_REPAIRED, echoesOnce: false },
  "certificates-not-compared": { ...WIC_REPAIRED, comparesCertificates: false },
  "takes-lowest-certificate": { ...WIC_REPAIRED, takes: "the lowest" },
  "takes-no-certificate": { ...WIC_REPAIRED, takes: "none" },
  "signers-not-distinct": { ...WIC_REPAIRED, distinctSigners: false },
  "go-phase-2-without-certificate": { ...WIC_REPAIRED, goPhase2Certificate: false },
  "go-phase-2-not-relayed": { ...WIC_REPAIRED, relaysGoPhase2: false },
  "ready-not-relayed": { ...WIC_REPAIRED, relaysReady: false },
  "decide-not-relayed": { ...WIC_REPAIRED, relaysDecide: false },
  "echo-quorum-f+1": { ...WIC_REPAIRED, shifts: { echoes: -1 } },
  "ready-quorum-f+1": { ...WIC_REPAIRED, shifts: { readys: -1 } },
  "values-f": { ...WIC_REPAIRED, shifts: { values: -1 } },
  "suspicion-quorum-f": { ...WIC_REPAIRED, shifts: { suspicions: -2 } },
  "suspicion-quorum-f+1": { ...WIC_REPAIRED, shifts: { suspicions: -1 } },
  "go-phase-2-quorum-f+1": { ...WIC_REPAIRED, shifts: { goPhase2s: -1 } },
};
