import type { Window } from "../../../fixtures/host/messages.ts";
import { ReplicaChild } from "./children.ts";
import { type ClusterFiles, inTime, pause } from "./cluster.ts";

/** How long a replica may take to sign something once it is armed. */
const STANDS_MS_MAX = 3_000;
/** How many operations complete between two waves of kills. */
const PROGRESS = 4;
const PROGRESS_MS_MAX = 120_000;

const random = (below: number) => Math.floor(Math.random() * below);

/** Four replicas, and what kills and restarts them. */
export class Killer {
  readonly replicas: ReplicaChild[] = [];
  /** kills by the moment at which they came; `anywhere` in a running replica, `starting` in another */
  readonly kills: Record<Window | "anywhere" | "starting", number> = {
    staged: 0,
    beforeWrite: 0,
    durable: 0,
    anywhere: 0,
    starting: 0,
  };
  readonly #readyMs: number[] = [];
  readonly #files: ClusterFiles;

  constructor(files: ClusterFiles) {
    this.#files = files;
    for (let at = 0; at < 4; at += 1) this.#start(at);
  }

  get count(): number {
    return Object.values(this.kills).reduce((sum, kills) => sum + kills, 0);
  }

  /** from the start of a process to its being reachable: the half of all starts took no longer */
  get medianReadyMs(): number {
    const sorted = [...this.#readyMs].sort((a, b) => a - b);
    return Math.round(sorted[sorted.length >> 1] ?? Number.NaN);
  }

  async allReady(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.isReachable()));
  }

  /** Kills one between signing and sending, and starts it again. @returns whether it came to that */
  async killWithin(window: Window): Promise<boolean> {
    const at = random(4);
    const replica = this.replicas[at] as ReplicaChild;
    await replica.isReachable();
    replica.arm(window);
    const stood = await replica.stands(STANDS_MS_MAX);
    await this.kill(at);
    return stood;
  }

  /** Kills several at once, and starts them again on their folders. */
  async killSome(count: number): Promise<void> {
    const all = [0, 1, 2, 3].sort(() => Math.random() - 0.5);
    await Promise.all(all.slice(0, count).map((at) => this.kill(at)));
  }

  /** One that has just been started: in the middle of its recovery, mostly. */
  async killStarting(): Promise<void> {
    const at = random(4);
    await this.kill(at);
    await pause(random(2 * (this.medianReadyMs || 0)));
    await this.kill(at);
  }

  async kill(at: number): Promise<void> {
    const replica = this.replicas[at] as ReplicaChild;
    const moment = replica.stopped?.window ?? (replica.isReady ? "anywhere" : "starting");
    await replica.kill();
    this.kills[moment] += 1;
    this.#start(at);
  }

  #start(at: number): void {
    const process = `replica#${at}`;
    const record = this.#files.record(process);
    const replica = new ReplicaChild({ ...this.#files.start(process), record });
    this.replicas[at] = replica;
    replica.ready.then(
      () => replica.readyMs !== null && this.#readyMs.push(replica.readyMs),
      () => undefined,
    );
  }

  /** Waits until a quorum is there and some operations have completed: so that kills meet a working cluster. */
  async progress(completed: () => number): Promise<void> {
    const before = completed();
    const isUp = () => this.replicas.filter(({ isReady }) => isReady).length >= 3;
    const grows = async () => {
      while (!isUp() || completed() < before + PROGRESS) await pause(5);
    };
    await inTime(grows(), PROGRESS_MS_MAX, "progress of the clients");
  }
}
