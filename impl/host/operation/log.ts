import type { Logger as Pino } from "pino";
import { optionalPackage } from "../optional-package.ts";

export const LOG_LEVELS = ["silent", "error", "warn", "info", "debug", "trace"] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** Writes one line with some fields. Keys and values of users never stand in it. */
export type LogLine = (fields: Readonly<Record<string, unknown>>, message: string) => void;

/** What a host logs to. */
export interface Logger {
  readonly error: LogLine;
  readonly warn: LogLine;
  readonly info: LogLine;
  readonly debug: LogLine;
  readonly trace: LogLine;
  /** The same log, with the component's name in each line. */
  component(name: string): Logger;
}

export interface LogOptions {
  /** @defaultValue "info" */
  readonly level?: LogLevel;
  /** fields of each line, such as the process */
  readonly fields?: Readonly<Record<string, string>>;
  /** Where lines go. @defaultValue the standard error: the standard output is for results */
  readonly destination?: { write(line: string): void };
}

const STANDARD_ERROR = 2;

/** What users store, what stands for it (a unit is a key), and what signs. */
const SECRET = new Set([
  "key",
  "value",
  "val",
  "text",
  "unit",
  "object",
  "payload",
  "message",
  "statement",
  "signature",
  "signatures",
  "pem",
  "privateKey",
  "secretKey",
]);
const REDACTED = "[redacted]";
const DEPTH_MAX = 6;

/**
 * Makes a log of JSON lines.
 *
 * @throws HostError `package-missing` (pino)
 */
export async function createLogger(options: LogOptions = {}): Promise<Logger> {
  const { pino } = await optionalPackage("pino", () => import("pino"));
  const { level = "info", fields = {}, destination } = options;
  // Written before the call returns: the last line before an end is the one that is needed.
  const sink = destination ?? pino.destination({ dest: STANDARD_ERROR, sync: true });
  const logger = pino(
    {
      level,
      base: fields,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (record) => redacted(record, DEPTH_MAX) as Record<string, unknown>,
      },
    },
    sink,
  );
  return wrapped(logger);
}

/** A log that says nothing. */
export const silentLogger: Logger = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  trace: () => undefined,
  component: () => silentLogger,
};

function wrapped(logger: Pino): Logger {
  const at =
    (level: Exclude<LogLevel, "silent">): LogLine =>
    (fields, message) =>
      logger[level](fields, message);
  return {
    error: at("error"),
    warn: at("warn"),
    info: at("info"),
    debug: at("debug"),
    trace: at("trace"),
    component: (component) => wrapped(logger.child({ component })),
  };
}

/**
 * A copy without what is secret by its name, at any depth. pino's own `redact` takes paths, and a
 * message of a protocol has its values at depths that no list of paths foresees.
 */
function redacted(value: unknown, depth: number): unknown {
  if (value instanceof Error) return errorFields(value, depth);
  if (typeof value !== "object" || value === null) return value;
  if (ArrayBuffer.isView(value)) return REDACTED;
  if (depth === 0) return "…";
  if (Array.isArray(value)) return value.map((one) => redacted(one, depth - 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      SECRET.has(name) ? REDACTED : redacted(one, depth - 1),
    ]),
  );
}

/** An error's message may quote a user's key; its code says enough where it has one. */
function errorFields(error: Error, depth: number): unknown {
  const { code } = error as { code?: unknown };
  const quotes = typeof code === "string" && QUOTING.has(code);
  return {
    name: error.name,
    ...(code === undefined ? {} : { code }),
    reason: quotes ? REDACTED : error.message,
    ...(error.cause === undefined || depth === 0 || quotes
      ? {}
      : { cause: errorFields(toError(error.cause), depth - 1) }),
    stack: quotes ? undefined : error.stack,
  };
}

const toError = (cause: unknown): Error =>
  cause instanceof Error ? cause : new Error(String(cause));

/** The errors that tell a user about his own key or value. */
const QUOTING = new Set([
  "value-invalid",
  "operation-timed-out",
  "operation-cancelled",
  "client-closed",
  "peer-unauthorised",
]);
