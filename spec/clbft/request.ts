import type { Index } from "../automaton/index.ts";

export type Replica = Index<"replica">;
export type Client = Index<"client">;

/**
 * What tells requests apart: each client numbers its own, from 1, and may have several outstanding.
 */
export type Named = {
  readonly client: Client;
  readonly t: number;
};

/** What a client asks for. */
export type Request = Named & { readonly op: string };

/** Whether two requests have the same number of the same client. */
export const sameName = (a: Named, b: Named): boolean => a.client === b.client && a.t === b.t;

/** A text of its own for each name. */
export const nameText = ({ client, t }: Named): string => `${client} ${t}`;

/** A text of its own for each request. */
export const requestText = (request: Request): string => `${nameText(request)} ${request.op}`;
