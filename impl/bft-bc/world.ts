import type { DigestFunction } from "../../spec/automaton/index.ts";
import type { Client, RegisterObject, Replica } from "./messages.ts";
import type { Rules } from "./rules.ts";

/** One operation of a correct client. */
export interface Operation {
  readonly object: RegisterObject;
  /** the value to write; a read without it */
  readonly write?: string;
}

/** A bounded instance: who takes part, what correct clients do, what faulty ones may write. */
export interface World {
  readonly rules: Rules;
  readonly digest: DigestFunction;
  readonly objects: readonly RegisterObject[];
  /** the correct replicas */
  readonly replicas: readonly Replica[];
  readonly faultyReplicas: readonly Replica[];
  /** 2f + 1 */
  readonly quorum: number;
  /** each correct client and its operations, one after the other */
  readonly scripts: readonly {
    readonly client: Client;
    readonly operations: readonly Operation[];
  }[];
  readonly faultyClients: readonly {
    readonly client: Client;
    readonly values: readonly string[];
  }[];
  /** the faulty client that may stop; the others of the coalition go on */
  readonly stops: Client | null;
  /** faulty clients prepare no timestamp with a larger val: printed in the evidence */
  readonly maxForgedVal: number;
  /** what replicas prepare for faulty clients in phase 1 is used up to this val; not less */
  readonly maxExpectedVal: number;
  /** further limits what faulty clients prepare; printed in the evidence too */
  readonly mayPrepare: ((client: Client, val: number, value: string) => boolean) | null;
  /** which requests of faulty clients reach which correct replica, with which value; all without it */
  readonly mayForge: ((what: string, replica: Replica, value: string) => boolean) | null;
  /** the correct replicas that requests reach: all of them unless the evidence says less */
  readonly reached: readonly Replica[];
  /** the correct replicas that faulty clients send to: all of them unless the evidence says less */
  readonly reach: readonly Replica[];
  /** the values that the coalition writes; null: all that have a proof */
  readonly onlyWrites: readonly string[] | null;
  /** the faulty replicas may fall silent, for ever: then quorums are of correct replicas */
  readonly mayFallSilent: boolean;
  readonly initial: string;
}
