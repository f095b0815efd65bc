import { RunningUnit } from "../../../impl/host/execution/running-unit.ts";
import type {
  Certificate,
  HostedProcess,
  Message,
  ProcessHost,
  Signed,
  Wire,
} from "../../../impl/network/process.ts";
import { canonical, drawAll, type Index, type Value } from "../../../spec/automaton/index.ts";

/** A message as it left a process. */
export interface Sent {
  readonly from: Index;
  readonly to: Index;
  readonly message: Message;
  readonly atMs: number;
}

/** A network in memory: processes, one clock, one source of chance, perfect signatures. */
export class TinyNet {
  nowMs = 0;
  readonly sent: Sent[] = [];
  /** why receivers refused what they got */
  readonly refused: string[] = [];
  readonly signed = new Set<string>();
  readonly #processes = new Map<Index, { process: HostedProcess; host: ProcessHost }>();
  readonly #inFlight: Sent[] = [];
  readonly #timers: { atMs: number; run: () => void }[] = [];
  #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  add(process: HostedProcess): void {
    this.#processes.set(process.self, { process, host: this.#hostOf(process) });
  }

  /** A local user's turn. */
  use(self: Index, run: (host: ProcessHost) => void): void {
    const { host } = this.#processes.get(self) as { host: ProcessHost };
    run(host);
  }

  input(self: Index, unit: string, name: string, payload: Record<string, unknown>): void {
    this.use(self, (host) => host.input(unit, { name, payload }));
  }

  /** As if a peer of that name had sent it. */
  inject(from: Index, to: Index, message: Message): void {
    this.#receive({ from, to, message, atMs: this.nowMs });
  }

  connected(self: Index, peer: Index): void {
    const { process, host } = this.#processes.get(self) as {
      process: HostedProcess;
      host: ProcessHost;
    };
    process.connected?.(peer, host);
  }

  /** Delivers what is in flight in order, then advances to the next timer, until nothing is left. */
  settle(untilMs = 10_000): void {
    for (;;) {
      const next = this.#inFlight.shift();
      if (next !== undefined) {
        this.#receive(next);
        continue;
      }
      this.#timers.sort((a, b) => a.atMs - b.atMs);
      const timer = this.#timers[0];
      if (timer === undefined || timer.atMs > untilMs) return;
      this.#timers.shift();
      this.nowMs = timer.atMs;
      timer.run();
    }
  }

  /** What a process has sent, in order. */
  sentBy(self: Index): Sent[] {
    return this.sent.filter(({ from }) => from === self);
  }

  /** Bytes that nobody but `by` can make: they name the signer and the statement. */
  static signature(by: Index, statement: Value): Uint8Array {
    const signature = new Uint8Array(64);
    for (const [at, byte] of new TextEncoder().encode(`${by} ${canonical(statement)}`).entries()) {
      signature[at % 64] = ((signature[at % 64] ?? 0) * 31 + byte) & 0xff;
    }
    return signature;
  }

  verifies({ by, statement, signature }: Signed): boolean {
    const expected = TinyNet.signature(by, statement);
    return (
      this.signed.has(`${by} ${canonical(statement)}`) &&
      expected.every((byte, at) => byte === signature[at])
    );
  }

  #receive({ from, to, message }: Sent): void {
    const known = this.#processes.get(to);
    if (known === undefined) return;
    const decoded = known.process.decode(from, message as Wire);
    if ("refused" in decoded) this.refused.push(decoded.refused);
    else if (!decoded.signatures.every((one) => this.verifies(one))) {
      this.refused.push("a signature is not valid");
    } else known.process.deliver(from, decoded, known.host);
  }

  #hostOf(process: HostedProcess): ProcessHost {
    const units = new Map<string, RunningUnit>();
    const kept = new Map<string, Certificate>();
    const running = (name: string) => {
      const unit =
        units.get(name) ??
        new RunningUnit(process.unit(name), {}, { execution: "in place", draw: drawAll });
      units.set(name, unit);
      return unit;
    };
    const host: ProcessHost = {
      phases: () => undefined,
      now: () => this.nowMs,
      after: (delayMs, run) => {
        const timer = { atMs: this.nowMs + delayMs, run };
        this.#timers.push(timer);
        return {
          cancel: () => {
            timer.run = () => undefined;
          },
        };
      },
      random: (count) => Uint8Array.from({ length: count }, () => this.#byte()),
      input: (unit, action) =>
        running(unit).input(action, (made) => process.emit(unit, made, host)),
      state: (unit, leaf) => running(unit).state(leaf),
      sign: (statement) => {
        this.signed.add(`${process.self} ${canonical(statement)}`);
        return TinyNet.signature(process.self, statement);
      },
      send: (_unit, to, message) => {
        const sent = { from: process.self, to, message, atMs: this.nowMs };
        this.sent.push(sent);
        this.#inFlight.push(sent);
      },
      release: (_unit, run) => run(),
      hasRoom: () => true,
      kept: (unit, slot) => kept.get(`${unit} ${slot}`) ?? null,
      keep: (unit, slot, certificate) => {
        if (certificate === null) kept.delete(`${unit} ${slot}`);
        else kept.set(`${unit} ${slot}`, certificate);
      },
    };
    return host;
  }

  /** mulberry32 */
  #byte(): number {
    this.#seed = (this.#seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#seed ^ (this.#seed >>> 15), 1 | this.#seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) & 0xff;
  }
}
