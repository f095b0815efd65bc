import { optionalPackage } from "../optional-package.ts";

/** What a Prometheus server scrapes. */
export interface Exposition {
  readonly contentType: string;
  text(): Promise<string>;
}

/** Counts what one process does. No call throws, waits, or keeps what it is given. */
export interface Metrics {
  readonly exposition: Exposition;
  /** An operation of a local user has ended, after `seconds`. */
  operation(kind: string, outcome: string, seconds: number): void;
  /** Such an operation took so many phases, each a message to all replicas and a quorum of replies. */
  phases(operation: "read" | "write", count: number): void;
  /** By the type of the message, whatever a faulty process made of it. */
  sent(type: unknown): void;
  received(type: unknown): void;
  /** Signatures of one message, checked together. */
  signatures(count: number, valid: boolean): void;
  /** A message that was not taken. */
  refused(code: string): void;
  /** A message that never left. */
  dropped(reason: string): void;
  /** A connection to a peer is up, for the first time or again. */
  connected(): void;
  disconnected(): void;
  committed(batchSize: number, seconds: number): void;
  /** Messages and answers that wait for a commit. */
  heldOutputs(count: number): void;
  /** Where to read, at each scrape, what somebody counts anyway. */
  readTotals(read: () => Totals): void;
}

export interface Totals {
  /** since the process started */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** units that are in memory now */
  readonly unitsLoaded: number;
  /** what the protocol tells of itself: the numbers are shown */
  readonly about?: Readonly<Record<string, string | number>>;
}

export interface MetricsOptions {
  /** labels of everything, such as the process and its cluster */
  readonly labels?: Readonly<Record<string, string>>;
  /** Whether to show memory, CPU and event loop lag too. @defaultValue true */
  readonly ofNode?: boolean;
}

const OPERATION_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const COMMIT_SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2];
const BATCH_SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/**
 * Makes the metrics of one process, in a registry of their own: several processes may share a
 * program, as in a test.
 *
 * @throws HostError `package-missing` (prom-client)
 */
export async function createMetrics(options: MetricsOptions = {}): Promise<Metrics> {
  const { labels = {}, ofNode = true } = options;
  const { Registry, Counter, Gauge, Histogram, collectDefaultMetrics } = await optionalPackage(
    "prom-client",
    () => import("prom-client"),
  );
  const registry = new Registry();
  registry.setDefaultLabels(labels);
  if (ofNode) collectDefaultMetrics({ register: registry });

  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name: `quorate_${name}_total`, help, labelNames, registers });
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `quorate_${name}`, help, registers });
  const histogram = <Label extends string>(
    name: string,
    help: string,
    buckets: number[],
    ...labelNames: Label[]
  ) => new Histogram({ name: `quorate_${name}`, help, buckets, labelNames, registers });

  const operations = counter("operations", "operations that ended", "kind", "outcome");
  const operationSeconds = histogram(
    "operation_seconds",
    "from call to result",
    OPERATION_SECONDS,
    "kind",
  );
  const phases = counter(
    "operation_phases",
    "reads and writes by how many phases they took",
    "operation",
    "phases",
  );
  const messages = counter("messages", "messages by type", "type", "direction");
  const bytes = counter("message_bytes", "bytes inside TLS", "direction");
  const checked = counter("signatures", "signatures that were checked", "verdict");
  const refused = counter("messages_refused", "messages that were not taken", "code");
  const dropped = counter("messages_dropped", "messages that never left", "reason");
  const connects = counter("connects", "connections that came up, reconnections among them");
  const connections = gauge("connections", "connections that are up");
  const commits = counter("commits", "batches that became durable");
  const commitSeconds = histogram(
    "commit_seconds",
    "from a batch's first write to its sync",
    COMMIT_SECONDS,
  );
  const batchSizes = histogram("commit_batch_size", "changes made durable together", BATCH_SIZES);
  const unitsLoaded = gauge("units_loaded", "units in memory");
  const held = gauge("held_outputs", "messages and answers that wait for a commit");
  const about = new Gauge({
    name: "quorate_protocol",
    help: "what the protocol tells of itself, as in the status",
    labelNames: ["what"],
    registers,
  });

  const typeLabel = boundedLabel();
  const codeLabel = boundedLabel();
  const reasonLabel = boundedLabel();
  const transfer = (direction: "sent" | "received") => (type: unknown) =>
    messages.inc({ type: typeLabel(type), direction });
  let readTotals: (() => Totals) | null = null;
  const refresh = () => {
    if (readTotals === null) return;
    const totals = readTotals();
    bytes.reset();
    bytes.inc({ direction: "sent" }, totals.bytesSent);
    bytes.inc({ direction: "received" }, totals.bytesReceived);
    unitsLoaded.set(totals.unitsLoaded);
    for (const [what, value] of Object.entries(totals.about ?? {})) {
      if (typeof value === "number") about.set({ what }, value);
    }
  };
  return {
    exposition: {
      contentType: registry.contentType,
      text() {
        refresh();
        return registry.metrics();
      },
    },
    operation(kind, outcome, seconds) {
      operations.inc({ kind, outcome });
      operationSeconds.observe({ kind }, seconds);
    },
    phases: (operation, count) => phases.inc({ operation, phases: count }),
    sent: transfer("sent"),
    received: transfer("received"),
    signatures: (count, valid) => checked.inc({ verdict: valid ? "valid" : "refused" }, count),
    refused: (code) => refused.inc({ code: codeLabel(code) }),
    dropped: (reason) => dropped.inc({ reason: reasonLabel(reason) }),
    connected() {
      connects.inc();
      connections.inc();
    },
    disconnected: () => connections.dec(),
    committed(batchSize, seconds) {
      commits.inc();
      batchSizes.observe(batchSize);
      commitSeconds.observe(seconds);
    },
    heldOutputs: (count) => held.set(count),
    readTotals(read) {
      readTotals = read;
    },
  };
}

const LABELS_MAX = 64;

/**
 * What comes from a peer, or from a faulty process of our own, must not make the number of series grow,
 * and need not be a string: later values, and what is none, become "other".
 */
function boundedLabel(): (label: unknown) => string {
  const known = new Set<string>();
  return (label) => {
    if (typeof label !== "string") return "other";
    if (known.has(label)) return label;
    if (known.size >= LABELS_MAX) return "other";
    known.add(label);
    return label;
  };
}
