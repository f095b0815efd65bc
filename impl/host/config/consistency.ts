import type { Address, Configuration } from "./configuration.ts";
import { messageOverheadBytes, newViewBytes, proposalOverheadBytes } from "./limits.ts";
import { FAULTS_MOST, OFFERS, type ProtocolName, RECOVERING } from "./protocols.ts";
import type { Problem } from "./schema.ts";

/** What an operation takes in a proposal beside its text, at most. */
const KIB = 1024;

/** What is wrong with fields that are each fine by themselves. */
export interface Inconsistencies {
  /** why there are too few replicas; null if there are enough */
  readonly tooFew: string | null;
  readonly problems: readonly Problem[];
}

/** Checks the fields of a configuration together. */
export function checkConsistency(configuration: Configuration): Inconsistencies {
  const { faults, replicas } = configuration;
  const needed = 3 * faults + 1;
  const tooFew =
    replicas.length < needed
      ? `replicas has ${replicas.length} entries, and faults is ${faults}, which takes ${needed}.`
      : null;
  const problems = [
    ...(replicas.length > needed ? [tooMany(replicas.length, needed)] : []),
    ...repeated(processesOf(configuration), "the process"),
    ...repeated(keysOf(configuration), "the key"),
    ...repeated(addressesOf(configuration), "the address"),
    ...sizes(configuration),
    ...faultsOf(configuration),
    ...serviceOf(configuration),
    ...recoveryOf(configuration),
  ];
  return { tooFew, problems };
}

/** Two quorums of 2f + 1 share a correct replica only among exactly 3f + 1: more would be unsafe. */
const tooMany = (found: number, needed: number): Problem => ({
  path: "replicas",
  what: `has ${found} entries; quorums intersect safely with exactly 3 * faults + 1, ${needed}`,
});

function faultsOf({ protocol, faults }: Configuration): Problem[] {
  const most = FAULTS_MOST[protocol as ProtocolName];
  if (most === undefined || faults <= most) return [];
  return [{ path: "faults", what: `is ${faults}; ${protocol} takes ${most} at most` }];
}

/** A protocol that replicates a service needs one, and no other has a use for it. */
function serviceOf({ protocol, service }: Configuration): Problem[] {
  const offers = OFFERS[protocol as ProtocolName];
  if ((offers === "service") === (service !== undefined)) return [];
  const what =
    service === undefined
      ? `is missing: ${protocol} replicates a service`
      : `is of no use: ${protocol} offers ${offers}`;
  return [{ path: "service", what }];
}

/** A protocol has to say how a replica comes back whose own state is not trusted. */
function recoveryOf({ protocol, recovery }: Configuration): Problem[] {
  if (recovery === undefined || RECOVERING.includes(protocol)) return [];
  return [{ path: "recovery", what: `is of no use: replicas of ${protocol} do not recover` }];
}

interface Located {
  readonly path: string;
  readonly value: string;
}

/** Two processes with one key could not be told apart; two on one address could not both start. */
function repeated(all: readonly Located[], what: string): Problem[] {
  const first = new Map<string, string>();
  const problems: Problem[] = [];
  for (const { path, value } of all) {
    const other = first.get(value);
    if (other === undefined) first.set(value, path);
    else problems.push({ path, what: `has ${what} of ${other}` });
  }
  return problems;
}

function* membersOf({ replicas, clients }: Configuration) {
  for (const [at, replica] of replicas.entries()) {
    yield { path: `replicas[${at}]`, process: replica.process, keys: replica.keys };
  }
  for (const [at, client] of clients.entries()) {
    yield { path: `clients[${at}]`, process: client.process, keys: client.keys };
  }
}

function processesOf(configuration: Configuration): Located[] {
  const members = [...membersOf(configuration)];
  return members.map(({ path, process }) => ({ path: `${path}.process`, value: process }));
}

/** A signing key must not be a TLS key either: a handshake would sign what a proof counts. */
function keysOf(configuration: Configuration): Located[] {
  return [...membersOf(configuration)].flatMap(({ path, keys }) => [
    { path: `${path}.keys.signing`, value: keys.signing },
    { path: `${path}.keys.tls`, value: keys.tls },
  ]);
}

function addressesOf({ replicas }: Configuration): Located[] {
  return replicas.flatMap(({ address, metrics }, at) => {
    const listening = { path: `replicas[${at}].address`, value: spell(address) };
    if (metrics === undefined) return [listening];
    // Every machine has a loopback of its own: this one is on the machine of the replica.
    const host = LOOPBACK.test(metrics.host) ? address.host : metrics.host;
    const value = spell({ host, port: metrics.port });
    return [listening, { path: `replicas[${at}].metrics`, value }];
  });
}

const LOOPBACK = /^(?:localhost|127\..*|::1)$/i;

const spell = ({ host, port }: Address) =>
  `${LOOPBACK.test(host) ? "localhost" : host.toLowerCase()}:${port}`;

function messageLeast({ protocol, limits, replicas, faults, service }: Configuration): number {
  if (service === undefined) {
    return limits.keyBytes + limits.valueBytes + messageOverheadBytes(replicas.length);
  }
  if (protocol === "clbft") return Math.max(limits.valueBytes + 2 * KIB, newViewBytes(faults));
  return (faults + 1) * (limits.valueBytes + KIB) + proposalOverheadBytes(replicas.length);
}

function sizes(configuration: Configuration): Problem[] {
  const { limits, timeouts } = configuration;
  const least = [
    { path: "limits.messageBytes", value: limits.messageBytes, least: messageLeast(configuration) },
    { path: "limits.queueBytes", value: limits.queueBytes, least: limits.messageBytes },
    { path: "limits.bytesPerSecond", value: limits.bytesPerSecond, least: limits.messageBytes },
  ].flatMap(({ path, value, least }) =>
    value < least ? [{ path, what: `is ${value}, but the other limits take ${least}` }] : [],
  );
  const longest = (["retransmit", "suspect", "reconnect"] as const).flatMap((name) => {
    const [first, most] = [timeouts[`${name}Ms`], timeouts[`${name}MostMs`]];
    if (most >= first) return [];
    const path = `timeouts.${name}MostMs`;
    return [{ path, what: `is ${most}, less than ${name}Ms, which is ${first}` }];
  });
  return [...least, ...longest];
}
