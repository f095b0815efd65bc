import type { Checkpoint, Replica } from "../messages.ts";
import type { Bounds } from "./bounds.ts";
import type { NewViewMessage, ShownReport, ViewChangeMessage } from "./wire.ts";

/** A verified VIEW-CHANGE with its signer. */
export interface Change extends ShownReport {
  readonly view: number;
}

/**
 * Verified VIEW-CHANGEs, one of each replica: that of the highest view. And the NEW-VIEW of the highest view that
 * was not entered yet.
 */
export class ViewChanges {
  readonly #bounds: Pick<Bounds, "sizes">;
  readonly #latest = new Map<Replica, Change>();
  #newView: NewViewMessage | null = null;

  constructor(bounds: Pick<Bounds, "sizes">) {
    this.#bounds = bounds;
  }

  isNew(by: Replica, view: number): boolean {
    return view > (this.#latest.get(by)?.view ?? 0);
  }

  add(by: Replica, { view, stable, prepared, signature }: ViewChangeMessage): void {
    if (this.isNew(by, view)) this.#latest.set(by, { by, view, stable, prepared, signature });
  }

  /** The VIEW-CHANGEs for one view, in the order of the replicas. */
  of(view: number): Change[] {
    return [...this.#latest.values()]
      .filter((change) => change.view === view)
      .sort((a, b) => (a.by < b.by ? -1 : 1));
  }

  /** The highest view that f + 1 replicas change to, or to a later one; 0 if there is none. */
  joinable(): number {
    return this.#nth(this.#bounds.sizes.joins - 1);
  }

  /** Whether 2f + 1 replicas change to the view, or to a later one. */
  hasQuorum(view: number): boolean {
    return this.#nth(this.#bounds.sizes.viewChanges - 1) >= view;
  }

  /** The highest checkpoint that a VIEW-CHANGE shows to be stable. */
  stables(): Checkpoint[] {
    return [...this.#latest.values()].map(({ stable }) => stable);
  }

  get newView(): NewViewMessage | null {
    return this.#newView;
  }

  offer(message: NewViewMessage): void {
    if (this.#newView === null || message.view > this.#newView.view) this.#newView = message;
  }

  /** The NEW-VIEW is used, or of no use. */
  dropNewView(): void {
    this.#newView = null;
  }

  #nth(at: number): number {
    const views = [...this.#latest.values()].map(({ view }) => view).sort((a, b) => b - a);
    return views[at] ?? 0;
  }
}
