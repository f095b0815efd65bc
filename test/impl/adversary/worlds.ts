import { type Behaviour, byzantine } from "../../../impl/adversary/index.ts";
import type { Message } from "../../../impl/network/process.ts";
import type { Index } from "../../../spec/automaton/index.ts";
import { TinyNet } from "./harness.ts";
import { ASKER, type AskerProcess, asker, VOTERS, voter } from "./toy.ts";

export const FAULTY = VOTERS[0] as Index<"replica">;

export const ask = (value: string, slot = "s"): Message => ({ type: "ASK", slot, value });
export const look = (nonce: number, slot = "s"): Message => ({ type: "LOOK", slot, nonce });

/** One faulty voter among four, and a client. */
export function withFaultyVoter(behaviour: Behaviour, seed = 1) {
  const net = new TinyNet(seed);
  const client = asker();
  net.add(client);
  net.add(byzantine(voter(FAULTY), behaviour, () => voter(FAULTY)));
  for (const self of VOTERS.slice(1)) net.add(voter(self));
  return { net, client };
}

/** One faulty client, and correct voters. */
export function withFaultyAsker(behaviour: Behaviour, seed = 1) {
  const net = new TinyNet(seed);
  const client: AskerProcess = asker();
  net.add(byzantine(client, behaviour, () => asker()));
  for (const self of VOTERS) net.add(voter(self));
  return { net, client };
}

/** What the faulty voter sends when the given clients send it these requests, one by one. */
export function answersTo(
  behaviour: Behaviour,
  requests: readonly (readonly [from: Index, request: Message])[],
  seed = 1,
) {
  const net = new TinyNet(seed);
  net.add(byzantine(voter(FAULTY), behaviour, () => voter(FAULTY)));
  for (const [from, request] of requests) net.inject(from, FAULTY, request);
  net.settle();
  return { net, answers: net.sentBy(FAULTY) };
}

export const byAsker = (...requests: readonly Message[]) =>
  requests.map((request) => [ASKER, request] as const);
