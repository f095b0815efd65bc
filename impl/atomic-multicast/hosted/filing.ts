import type { DigestFunction } from "../../../spec/automaton/index.ts";
import type { Replica } from "../messages.ts";
import type { Mailbox } from "./mailbox.ts";
import { digestOf, estimateOf, type OrderMessage, type ShownEstimate } from "./wire.ts";

/**
 * Puts a verified message into the mailbox: the first of its signer in each step counts.
 * @returns why the sender is faulty, if the message proves it
 */
export function file(
  mailbox: Mailbox,
  from: Replica,
  message: OrderMessage,
  digest: DigestFunction,
): string | null {
  const instance = mailbox.instance(message.k);
  if (instance === null) return null;
  const knows = (named: string, estimate: ShownEstimate | null) => {
    if (estimate !== null) instance.estimates.set(named, estimate);
  };
  if (message.type === "VALUE") {
    const { value, signature } = message;
    const known = instance.values.get(from);
    if (known === undefined) instance.values.set(from, { from, value, signature });
    const isOther = known !== undefined && digest(known.value) !== digest(value);
    return isOther ? "it proposed two values in one instance" : null;
  }
  if (message.type === "DECIDE") {
    const isBetter = instance.decide === null || instance.decide.estimate === null;
    if (isBetter) instance.decide = message;
    return null;
  }
  const box = mailbox.round(message.k, message.round);
  if (box === null) return null;
  switch (message.type) {
    case "INITIAL": {
      const named = digestOf(estimateOf(message.estimate), digest);
      if (box.initial !== null) {
        return box.initialDigest === named ? null : "it sent two Initials in one round";
      }
      box.initial = message;
      box.initialDigest = named;
      knows(named, message.estimate);
      return null;
    }
    case "ECHO": {
      const known = box.echoes.get(from);
      if (known === undefined) box.echoes.set(from, message);
      const isOther = known !== undefined && known.digest !== message.digest;
      return isOther ? "it sent two Echoes in one round" : null;
    }
    case "READY":
      box.certified ??= message;
      // 2f + 1 of 3f + 1 echo one estimate of a round only: another is beyond the faults assumed.
      if (box.certified.digest === message.digest) box.readys.set(from, message.signature);
      knows(message.digest, message.estimate);
      return null;
    case "SUSPICION":
      box.suspicions.set(from, message.signature);
      return null;
    case "GO-PHASE-2": {
      const known = box.goPhase2s.get(from);
      if (known === undefined) {
        box.goPhase2s.set(from, message);
        if (message.certified !== null) knows(message.certified.digest, message.estimate);
      }
      return null;
    }
  }
}
