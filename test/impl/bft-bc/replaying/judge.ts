import { checkRegisters } from "../../../../checker/history/register.ts";
import { watchSpecification } from "../../../../checker/history/watch.ts";
import { registerOf } from "../../../../impl/bft-bc/composition.ts";
import type { ReplicaState } from "../../../../impl/bft-bc/replica-automaton.ts";
import type { World } from "../../../../impl/bft-bc/world.ts";
import { nobleScheme } from "../../../../impl/crypto/noble.ts";
import { nodeScheme } from "../../../../impl/host/crypto/node.ts";
import { createVerifier } from "../../../../impl/host/crypto/verifier.ts";
import type { Certificate } from "../../../../impl/network/process.ts";
import { equal, type Index } from "../../../../spec/automaton/index.ts";
import type { ScriptedHosts } from "./hosts.ts";
import { NO_VALUE } from "./names.ts";

/** The actions that users of the model, and those of hosts, see. */
export const VISIBLE: readonly string[] = [
  "INVOKE-WRITE",
  "INVOKE-READ",
  "RETURN-WRITE",
  "RETURN-READ",
  "STOP",
];

/** What the two judges of histories say of what the users of hosts saw. */
export function judge(world: World, { users, names }: ScriptedHosts, maxLurking: number) {
  const faulty = Object.fromEntries(
    world.faultyClients.map(({ client, values }) => [
      client,
      (_: string, value: string | null) => values.some((one) => one === value),
    ]),
  );
  const { verdict } = checkRegisters(users.history, { initial: NO_VALUE, faulty, maxLurking });
  const watcher = watchSpecification(registerOf(world, maxLurking), { visible: VISIBLE });
  for (const event of users.events) watcher.see(names.toModel(event));
  return { history: verdict, watcher: watcher.verdict };
}

/** A correct replica with what it stores, and the proof that it keeps for it. */
interface Holder {
  readonly replica: Index;
  readonly state: ReplicaState;
  readonly proof: Certificate | null;
}

/** Two correct replicas that store two values under one timestamp; null if there are none. */
export function twoValues(world: World, hosts: ScriptedHosts): readonly [Holder, Holder] | null {
  const [object] = hosts.names.toHost(world.objects);
  const holders = world.replicas.map((replica) => ({
    replica,
    state: hosts.state(replica, object as Index, "replica") as ReplicaState,
    proof: hosts.currentProof(replica, object as Index),
  }));
  for (const one of holders) {
    for (const other of holders) {
      const sameTs = equal(one.state.currentTs, other.state.currentTs);
      if (sameTs && one.state.data < other.state.data) return [one, other];
    }
  }
  return null;
}

/** Whether a quorum has signed the statement, by both implementations of the signatures. */
export function isProven({ cluster }: ScriptedHosts, proof: Certificate, quorum: number): boolean {
  const signed = Object.entries(proof.signatures).map(([by, signature]) => ({
    by: by as Index,
    statement: proof.statement,
    signature,
  }));
  return [nodeScheme, nobleScheme].every((scheme) => {
    const keys = new Map<Index, Uint8Array>(
      cluster.replicas.map((one) => [one, scheme.publicKey(cluster.secretOf(one))]),
    );
    const scope = cluster.facts.cluster;
    let isValid = false;
    createVerifier({ scheme, scope, keys, off: "this thread" }).verify(signed, (valid) => {
      isValid = valid;
    });
    return isValid && signed.length >= quorum;
  });
}
