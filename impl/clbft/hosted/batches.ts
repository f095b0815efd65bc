import { NULL } from "../agreement/new-view.ts";
import type { Batch, Replica } from "../messages.ts";

interface Known {
  readonly n: number;
  readonly batch: Batch;
}

/** Batches by digest, and whom to ask for those that are known by their digest alone. */
export class Batches {
  readonly #known = new Map<string, Known>();
  /** by digest: who says that there is such a batch, and for which number */
  readonly #wanted = new Map<string, { readonly n: number; readonly from: Set<Replica> }>();
  /** the digest of the null request, which fills the gaps of a new view: nobody sends it */
  readonly #nothing: string;

  constructor(nothing: string) {
    this.#nothing = nothing;
  }

  add(n: number, digest: string, batch: Batch): void {
    this.#known.set(digest, { n, batch });
    this.#wanted.delete(digest);
  }

  of(digest: string): Batch | null {
    return digest === this.#nothing ? NULL : (this.#known.get(digest)?.batch ?? null);
  }

  /** @returns whether nobody was asked yet */
  want(n: number, digest: string, from: readonly Replica[]): boolean {
    const wanted = this.#wanted.get(digest) ?? { n, from: new Set<Replica>() };
    const isNew = from.some((one) => !wanted.from.has(one));
    for (const one of from) wanted.from.add(one);
    this.#wanted.set(digest, wanted);
    return isNew;
  }

  isWanted(digest: string): boolean {
    return this.#wanted.has(digest);
  }

  /** A batch that came. @returns its number; null if it was not asked for */
  came(digest: string, batch: Batch): number | null {
    const wanted = this.#wanted.get(digest);
    if (wanted === undefined) return null;
    this.add(wanted.n, digest, batch);
    return wanted.n;
  }

  get isWanting(): boolean {
    return this.#wanted.size > 0;
  }

  wanted(): { readonly digest: string; readonly from: readonly Replica[] }[] {
    return [...this.#wanted].map(([digest, { from }]) => ({ digest, from: [...from] }));
  }

  /** Forgets what belongs to numbers up to n. */
  forgetUpTo(n: number): void {
    for (const [digest, known] of this.#known) if (known.n <= n) this.#known.delete(digest);
    for (const [digest, wanted] of this.#wanted) if (wanted.n <= n) this.#wanted.delete(digest);
  }

  /** Forgets all batches but these. */
  retain(digests: ReadonlySet<string>): void {
    for (const digest of this.#known.keys()) if (!digests.has(digest)) this.#known.delete(digest);
    this.#wanted.clear();
  }
}
