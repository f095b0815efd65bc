import { hostAndPort, urlOf } from "./replica.ts";

type ReplicaEntry = import("../../../impl/host/config/configuration.ts").ReplicaEntry;

/** How long a replica has to answer. */
const ANSWER_MS_MAX = 3_000;

/** What the table shows of one replica. */
type Row = Readonly<Record<string, unknown>>;

/** `quorate status`: asks each replica how it is. @returns whether all of them answered */
export async function runStatus(config: string, asJson: boolean): Promise<boolean> {
  const { readConfiguration } = await import("../../../impl/host/config/configuration.ts");
  const { replicas } = await readConfiguration(config);
  const rows = await Promise.all(replicas.map(ask));
  console.log(asJson ? JSON.stringify(rows, null, 2) : tableText(rows));
  return rows.every(({ state }) => state === "up");
}

async function ask({ process, address, metrics }: ReplicaEntry): Promise<Row> {
  const row = { process, address: hostAndPort(address) };
  if (metrics === undefined) return { ...row, state: "unknown: it has no `metrics` address" };
  try {
    const signal = AbortSignal.timeout(ANSWER_MS_MAX);
    const answer = await fetch(`${urlOf(metrics)}/status`, { signal, redirect: "error" });
    if (!answer.ok) return { ...row, state: `unknown: it answers ${answer.status}` };
    const status: unknown = await answer.json();
    return { ...scalarsOf(status), ...scalarsOf(Object(status).about), ...row, state: "up" };
  } catch (error) {
    return { ...row, state: `down: ${reasonOf(error)}` };
  }
}

/** A table has no room for the rest. */
function scalarsOf(status: unknown): Row {
  const isScalar = (value: unknown) => ["string", "number", "boolean"].includes(typeof value);
  return Object.fromEntries(Object.entries(Object(status)).filter(([, value]) => isScalar(value)));
}

function reasonOf(error: unknown): string {
  // fetch hides the reason of the operating system in the cause.
  const { name, message, cause } = Object(error);
  if (name === "TimeoutError") return `no answer in ${ANSWER_MS_MAX} ms`;
  return String(Object(cause).code ?? message);
}

const FIRST = ["process", "address", "state"];

/** Rows under the names of their fields, those that every row has first. */
function tableText(rows: readonly Row[]): string {
  const others = rows.flatMap((row) => Object.keys(row)).filter((name) => !FIRST.includes(name));
  const columns = [...FIRST, ...new Set(others)];
  const lines = [columns, ...rows.map((row) => columns.map((name) => String(row[name] ?? "-")))];
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
