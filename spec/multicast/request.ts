import type { Index } from "../automaton/index.ts";

export type Client = Index<"client">;

/**
 * What a client asks of a group (paper D, §3.1): seq(m) is the client and its number together,
 * counted from 1 without gaps; op(m) is the operation.
 */
export type Request = {
  readonly client: Client;
  readonly seq: number;
  readonly op: string;
};

/** Whether two requests have the same seq(m). */
export const sameNumber = (a: Request, b: Request): boolean =>
  a.client === b.client && a.seq === b.seq;

/** Whether two requests are the same message: under one number, with one content. */
export const sameRequest = (a: Request, b: Request): boolean => sameNumber(a, b) && a.op === b.op;
