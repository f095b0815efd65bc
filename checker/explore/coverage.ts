/** What an exploration exercised: which actions fired, and each clause seen true and false. */
export class Coverage {
  readonly #fired = new Map<string, number>();
  /** by automaton, action and clause */
  readonly #clauses = new Map<string, Map<string, Map<string, Seen>>>();

  fired(automaton: string, action: string): void {
    const key = `${automaton} ${action}`;
    this.#fired.set(key, (this.#fired.get(key) ?? 0) + 1);
  }

  clauses(
    automaton: string,
    action: string,
    clauses: readonly (readonly [clause: string, holds: boolean])[],
  ): void {
    if (clauses.length === 0) return;
    const of = within(within(this.#clauses, automaton), action);
    for (const [clause, holds] of clauses) {
      let seen = of.get(clause);
      if (seen === undefined) {
        seen = { yes: 0, no: 0 };
        of.set(clause, seen);
      }
      if (holds) seen.yes++;
      else seen.no++;
    }
  }

  /** Plain data: distinct firings by "automaton action", truth values by "automaton action clause". */
  toJSON(): CoverageRecord {
    return {
      fired: Object.fromEntries(this.#fired),
      clauses: Object.fromEntries(this.#flat()),
    };
  }

  *#flat(): Generator<[string, Seen]> {
    for (const [automaton, actions] of this.#clauses) {
      for (const [action, clauses] of actions) {
        for (const [clause, seen] of clauses) yield [`${automaton} ${action} ${clause}`, seen];
      }
    }
  }
}

interface Seen {
  yes: number;
  no: number;
}

/** The map that another holds under a key, made where there is none. */
function within<K, V>(all: Map<string, Map<K, V>>, key: string): Map<K, V> {
  let one = all.get(key);
  if (one === undefined) {
    one = new Map();
    all.set(key, one);
  }
  return one;
}

export interface CoverageRecord {
  readonly fired: Readonly<Record<string, number>>;
  readonly clauses: Readonly<Record<string, { readonly yes: number; readonly no: number }>>;
}
