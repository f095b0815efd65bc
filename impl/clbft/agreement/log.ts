import { detach, drop, entries, get, keys, plain, put } from "../../../spec/automaton/index.ts";
import type { Batch, Checkpoint, Client, Prepared, Request } from "../messages.ts";
import type { ClbftRules } from "../rules.ts";
import { type AgreementState, EMPTY, type Entry, entryOf, nameOf } from "./state.ts";

export type Live = { -readonly [F in keyof AgreementState]: AgreementState[F] };

/** The same map, for effects that change it entry by entry. */
const entriesOf = ({ log }: Live) => log as Record<string, Entry>;

export function change(s: Live, n: number, changes: Partial<Entry>) {
  const known = get(entriesOf(s), `${n}`);
  if (known === undefined) put(entriesOf(s), `${n}`, { ...EMPTY, ...changes });
  else Object.assign(known, detach(changes));
}

/**
 * Everything up to a stable checkpoint is done with: OSDI 1999, section 4.3. Decisions stay until they are
 * executed and under a checkpoint of this replica's own, since a restart begins there.
 */
export function advance(s: Live, { n, digest }: Checkpoint, window: number) {
  if (n <= s.stable.n) return;
  s.stable = { n, digest };
  prune(s, window);
}

/** Drops what is neither above the stable checkpoint nor a decision that is still to be executed, or again. */
export function prune(s: Live, window: number) {
  for (const key of keys(s.log)) {
    const n = Number(key);
    if (n > s.stable.n) continue;
    const { accepted, prepared, decided } = entryOf(s, n);
    const isOfUse = decided !== null && n > s.base && n <= s.executed + window;
    if (!isOfUse) drop(entriesOf(s), key);
    else if (accepted ?? prepared) change(s, n, { accepted: null, prepared: null });
  }
}

/** Whether votes for a number are of use. */
export function isInWindow({ stable }: AgreementState, n: number, window: number): boolean {
  return n > stable.n && n <= stable.n + window;
}

/** Whether a decision is of use: within the watermarks, or next to what is executed, by whoever lags. */
export function isDecidable(s: AgreementState, n: number, window: number): boolean {
  return isInWindow(s, n, window) || (n > s.executed && n <= s.executed + window);
}

/** What a VIEW-CHANGE for a view reports. */
export function preparedFor(
  view: number,
  { log, stable }: AgreementState,
  rules: ClbftRules,
): Prepared[] {
  if (rules.reportsPrepared === "never") return [];
  return entries(log)
    .flatMap(([n, { prepared }]) => (prepared === null ? [] : [{ n: Number(n), ...prepared }]))
    .filter((one) => one.n > stable.n)
    .filter((one) => rules.reportsPrepared === "always" || one.view === view - 1)
    .sort((a, b) => a.n - b.n);
}

/** A replica of a printed rule or a mutant starts again without its votes. */
export function forgetVotes(s: Live) {
  for (const key of keys(s.log)) change(s, Number(key), { accepted: null, prepared: null });
}

/**
 * Takes a request among those that wait, at the end. One that lies a window away from another of its client is refused
 * until that one is executed: a correct client has got the result of one of the two, so it will be. If it took
 * the other's place, a faulty client could be the last in line for ever and wait elsewhere.
 * @returns whether it waits
 */
export function enlist(s: Live, request: Request, window: number): boolean {
  const { client, t } = request;
  const others = plain(s.waiting).filter((one) => one.client === client);
  if (others.some((one) => Math.abs(one.t - t) >= window)) return false;
  if (!others.some((one) => one.t === t)) (s.waiting as Request[]).push(detach(request));
  return true;
}

/**
 * Drops the requests that an executed batch has made useless: those in it, and those that it has put out
 * of their client's window, which nobody executes any more.
 */
export function settle(s: Live, batch: Batch, window: number) {
  const done = new Set(batch.map(nameOf));
  const last = new Map<Client, number>();
  for (const { client, t } of batch) last.set(client, Math.max(t, last.get(client) ?? t));
  const isOld = ({ client, t }: Request) => t <= (last.get(client) ?? 0) - window;
  s.waiting = plain(s.waiting).filter((one) => !done.has(nameOf(one)) && !isOld(one));
}
