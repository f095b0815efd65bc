/** What an exploration exercised: which actions fired, and each clause seen true and false. */
export class Coverage {
  readonly #fired = new Map<string, number>();
  readonly #clauses = new Map<string, { yes: number; no: number }>();

  fired(automaton: string, action: string): void {
    const key = `${automaton} ${action}`;
    this.#fired.set(key, (this.#fired.get(key) ?? 0) + 1);
  }

  clauses(
    automaton: string,
    action: string,
    clauses: readonly (readonly [clause: string, holds: boolean])[],
  ): void {
    for (const [clause, holds] of clauses) {
      const key = `${automaton} ${action} ${clause}`;
      const seen = this.#clauses.get(key) ?? { yes: 0, no: 0 };
      if (holds) seen.yes++;
      else seen.no++;
      this.#clauses.set(key, seen);
    }
  }

  /** Plain data: distinct firings by "automaton action", truth values by "automaton action clause". */
  toJSON(): CoverageRecord {
    return {
      fired: Object.fromEntries(this.#fired),
      clauses: Object.fromEntries(this.#clauses),
    };
  }
}

export interface CoverageRecord {
  readonly fired: Readonly<Record<string, number>>;
  readonly clauses: Readonly<Record<string, { readonly yes: number; readonly no: number }>>;
}
