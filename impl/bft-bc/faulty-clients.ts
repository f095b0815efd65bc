import type { Behaviour } from "../adversary/index.ts";

/** The faulty clients that know BFT-BC, by name, made for one run: they conspire. */
export function faultyClients(): Readonly<Record<string, () => Behaviour>> {
  return {};
}
