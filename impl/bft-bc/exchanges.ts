import type { Client, Replica } from "./messages.ts";
import type { World } from "./world.ts";

/** One operation of a correct client's script, under the nonce that the client gives it. */
export interface Exchange {
  readonly client: Client;
  readonly nonce: number;
  readonly writes: string | null;
}

export type Named = Pick<Exchange, "client" | "nonce">;

/** Requests that replicas answer to the nonce. */
export type Question = "read-ts" | "read-ts-prep" | "fetch" | "read";

/** A cell of the network: what a client asked under a nonce. */
export const name = (what: Question | "prepare" | "write", { client, nonce }: Named) =>
  `${what} ${client} ${nonce}`;

/** The cell of a replica's replies. */
export const replyName = (what: Question, of: Named, replica: Replica) =>
  `replies to ${name(what, of)} ${replica}`;

/** What a client may ask during an operation under the world's rules. */
export function questionsOf({ rules }: World, { writes }: Exchange): Question[] {
  if (writes === null) return ["read"];
  const again = !rules.optimised || !rules.ackShowsProof;
  return [
    ...(rules.optimised ? (["read-ts-prep"] as const) : []),
    ...(again ? (["read-ts"] as const) : []),
    ...(rules.strong ? (["fetch"] as const) : []),
  ];
}

export const exchangesOf = (world: World): Exchange[] =>
  world.scripts.flatMap(({ client, operations }) =>
    operations.map(({ write }, at) => ({ client, nonce: at + 1, writes: write ?? null })),
  );

/** The cells of all operations of an instance, empty. */
export function startOf(world: World): Record<string, unknown> {
  const start: Record<string, unknown> = {};
  for (const of of exchangesOf(world)) {
    const questions = questionsOf(world, of);
    for (const what of questions) start[name(what, of)] = null;
    if (of.writes !== null) start[name("prepare", of)] = [];
    start[name("write", of)] = [];
    for (const what of questions) {
      for (const replica of world.replicas) start[replyName(what, of, replica)] = [];
    }
  }
  return start;
}
