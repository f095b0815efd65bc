import { detach, drop, get, put } from "../../../spec/automaton/index.ts";
import type { Client, ClientRecord, Request } from "../messages.ts";

/** By client: what was executed of each one's requests. */
export type Clients = Readonly<Record<Client, ClientRecord>>;

const NONE: ClientRecord = { last: 0, results: {} };

const recordOf = (clients: Clients, client: Client): ClientRecord => get(clients, client) ?? NONE;

/** The result of a request, while its client may still ask for it. */
export const resultOf = (clients: Clients, client: Client, t: number): string | undefined =>
  get(recordOf(clients, client).results, `${t}`);

/** Whether a timestamp is executed, or so old that it never will be. */
export function isDone(clients: Clients, client: Client, t: number, window: number): boolean {
  return t <= recordOf(clients, client).last - window || resultOf(clients, client, t) !== undefined;
}

/** Keeps a result and drops those that fall out of the client's window. */
export function remember(
  clients: Record<Client, ClientRecord>,
  { client, t }: Request,
  result: string,
  window: number,
) {
  if (get(clients, client) === undefined) put(clients, client, detach(NONE));
  const record = get(clients, client) as { last: number; results: Record<string, string> };
  if (t > record.last - window) put(record.results, `${t}`, result);
  if (t <= record.last) return;
  // What falls out of the window was in it before.
  const oldest = record.last - window + 1;
  for (let old = oldest; old <= Math.min(record.last, t - window); old += 1) {
    drop(record.results, `${old}`);
  }
  record.last = t;
}
