import { HostError } from "../errors.ts";
import { nearest } from "./nearest.ts";

/** The protocols that can be run: each has an entry file `impl/<protocol>/replica.ts`. */
export const PROTOCOLS = ["bft-bc"] as const;

export type ProtocolName = (typeof PROTOCOLS)[number];

/** @throws HostError `protocol-unknown` */
export function checkProtocol(name: string): ProtocolName {
  const known = PROTOCOLS.find((one) => one === name);
  if (known !== undefined) return known;
  const near = nearest(name, PROTOCOLS);
  const meant = near === null ? `It has ${PROTOCOLS.join(", ")}.` : `Did you mean ${near}?`;
  throw new HostError("protocol-unknown", `There is no protocol "${name}". ${meant}`);
}
