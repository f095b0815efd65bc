import { HostError } from "../errors.ts";
import { nearest } from "./nearest.ts";

/**
 * The protocols that can be run, and what each offers its users: registers, or a service that the
 * configuration names. Each has an entry file `impl/<protocol>/replica.ts`.
 */
export const OFFERS = {
  "bft-bc": "registers",
  "bft-bc-optimised": "registers",
  "bft-bc-strong": "registers",
  "bft-bc-strong-optimised": "registers",
  "atomic-multicast": "service",
  clbft: "service",
} as const;

/** f at most, where it is less than quorums are good for: a NEW-VIEW of CLBFT has items for (2f + 1)² signatures. */
export const FAULTS_MOST: Readonly<Partial<Record<ProtocolName, number>>> = { clbft: 17 };

/** Those whose replicas restart themselves where the configuration says `recovery`. */
export const RECOVERING: readonly string[] = ["clbft"];

export type ProtocolName = keyof typeof OFFERS;

const PROTOCOLS = Object.keys(OFFERS) as readonly ProtocolName[];

/** @throws HostError `protocol-unknown` */
export function checkProtocol(name: string): ProtocolName {
  const known = PROTOCOLS.find((one) => one === name);
  if (known !== undefined) return known;
  const near = nearest(name, PROTOCOLS);
  const meant = near === null ? `It has ${PROTOCOLS.join(", ")}.` : `Did you mean ${near}?`;
  throw new HostError("protocol-unknown", `There is no protocol "${name}". ${meant}`);
}
