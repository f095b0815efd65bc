/** The keys that a client may use: `*` is every key, anything else a prefix. None is nothing. */
export interface Permissions {
  readonly read: readonly string[];
  readonly write: readonly string[];
}

/** Whether one of the prefixes, or `*`, covers a key. */
export function covers(prefixes: readonly string[], key: string): boolean {
  return prefixes.some((prefix) => prefix === "*" || key.startsWith(prefix));
}
