import type { CoverageRecord } from "./coverage.ts";
import type { TrackCounts } from "./exploration.ts";
import type { Team } from "./team.ts";

/** What a worker that found a violation tells of it. */
export interface ViolationElsewhere {
  readonly words: Int32Array;
  readonly level: number;
  /** the id of the action that violates a property of steps; −1 otherwise */
  readonly action: number;
}

/** What a worker found, when its search is over: plain data. */
export interface WorkerReport {
  readonly states: number;
  /** how many states each level has here; null depth first */
  readonly levels: readonly number[] | null;
  readonly transitions: number;
  readonly bound: string | null;
  readonly reached: readonly boolean[];
  readonly violated: readonly (ViolationElsewhere | null)[];
  readonly coverage: CoverageRecord;
  readonly counts: TrackCounts;
  readonly bytes: number;
  readonly notes: readonly string[];
}

/** The way of one worker to the others of its search. Worker 0 leads. */
export interface Peers {
  readonly team: Team;
  /** Member: tells the leader what it found. */
  tell(report: WorkerReport): void;
  /** Leader: waits for what all members tell, in their order. */
  gather(): readonly WorkerReport[];
}

const [SEEK, END] = [1, 2];

/**
 * The leader asks all workers which states of a level lead to one, and each shows the least of its
 * own on the board, until the leader has no more to ask.
 */
export class Inquiry {
  readonly #team: Team;
  readonly #width: number;

  constructor(team: Team, width: number) {
    this.#team = team;
    this.#width = width;
  }

  /** Leader: what the members found, each its least. */
  ask(level: number, target: Int32Array): Int32Array[] {
    const board = this.#team.board(0);
    board[0] = SEEK;
    board[1] = level;
    board.set(target, 2);
    this.#team.meet();
    this.#team.meet();
    const found: Int32Array[] = [];
    for (let worker = 1; worker < this.#team.workers; worker++) {
      const theirs = this.#team.board(worker);
      if (theirs[0] === 1) found.push(theirs.slice(1, 1 + this.#width));
    }
    this.#team.meet();
    return found;
  }

  /** Leader: nothing more is asked. */
  end(): void {
    this.#team.board(0)[0] = END;
    this.#team.meet();
  }

  /** Member: answers until the leader ends. */
  answer(seek: (level: number, target: Int32Array) => Int32Array | null): void {
    const [asked, own] = [this.#team.board(0), this.#team.board(this.#team.me)];
    for (;;) {
      this.#team.meet();
      if (asked[0] === END) return;
      const found = seek(asked[1] as number, asked.slice(2, 2 + this.#width));
      own[0] = found === null ? 0 : 1;
      if (found !== null) own.set(found, 1);
      this.#team.meet();
      this.#team.meet();
    }
  }
}

/** The coverage that several workers saw. Each counts what it worked out itself: the most is taken. */
export function mergedCoverage(all: readonly CoverageRecord[]): CoverageRecord {
  const fired: Record<string, number> = {};
  const clauses: Record<string, { yes: number; no: number }> = {};
  for (const one of all) {
    for (const [key, times] of Object.entries(one.fired)) {
      fired[key] = Math.max(fired[key] ?? 0, times);
    }
    for (const [key, { yes, no }] of Object.entries(one.clauses)) {
      const before = clauses[key] ?? { yes: 0, no: 0 };
      clauses[key] = { yes: Math.max(before.yes, yes), no: Math.max(before.no, no) };
    }
  }
  return { fired, clauses };
}
