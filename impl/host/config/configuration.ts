import { readFile } from "node:fs/promises";
import type { Index } from "../../../spec/automaton/index.ts";
import { HostError } from "../errors.ts";
import { optionalPackage } from "../optional-package.ts";
import { checkConsistency } from "./consistency.ts";
import type { Limits, Timeouts } from "./limits.ts";
import type { Permissions } from "./permissions.ts";
import { checkProtocol } from "./protocols.ts";
import { type ConfigurationSchema, configurationSchema, type Problem } from "./schema.ts";

/** Where a process listens. */
export interface Address {
  /** a name or an IP address */
  readonly host: string;
  /** 1 … 65535 */
  readonly port: number;
}

/** The public keys of a process: raw ed25519, 32 bytes in base64url without padding. */
export interface PublicKeys {
  /** under the statements that it signs */
  readonly signing: string;
  /** of its end of a TLS connection */
  readonly tls: string;
}

export interface ReplicaEntry {
  readonly process: Index<"replica">;
  /** where it listens, and where its peers find it */
  readonly address: Address;
  /** where it serves /metrics, /status and /healthz; without it, nowhere */
  readonly metrics?: Address;
  readonly keys: PublicKeys;
}

export interface ClientEntry {
  readonly process: Index<"client">;
  readonly keys: PublicKeys;
  readonly may: Permissions;
  /**
   * Its requests are refused. What it had signed before is still verified: so a client is revoked by
   * this field and not by taking its entry out. It counts where 2f + 1 replicas have it.
   */
  readonly revoked?: boolean;
}

/** A cluster: what all of its processes agree on before they start. It holds no secret. */
export interface Configuration {
  readonly version: 1;
  readonly protocol: string;
  /**
   * For protocols that replicate a service, which one: a built-in by its name, or a module that exports
   * one as `service`, by its path from the folder of this file
   */
  readonly service?: string;
  /** Part of everything that is signed: a signature of one cluster is worthless in another. */
  readonly cluster: string;
  /** how many replicas may be faulty in any way: f */
  readonly faults: number;
  /** 3f + 1 at least */
  readonly replicas: readonly ReplicaEntry[];
  readonly clients: readonly ClientEntry[];
  readonly limits: Limits;
  readonly timeouts: Timeouts;
  /** that each replica restarts itself once in this time, one after the other; without it, none does */
  readonly recovery?: Recovery;
}

/** Proactive recovery: what an intruder has changed in a replica lasts until its next turn. */
export interface Recovery {
  readonly everyMs: number;
}

/** The name of the file that `quorate init` writes. */
export const CONFIGURATION_FILE = "quorate.json";

/**
 * Reads and checks a configuration.
 *
 * @throws HostError `config-unreadable`, `config-invalid`, `replicas-too-few`, `protocol-unknown`,
 * `package-missing` (zod)
 */
export async function readConfiguration(file: string): Promise<Configuration> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw unreadable(file, cause);
  }
  return parseConfiguration(text, file);
}

/** The same for text that was read already. @param file as errors name it */
export async function parseConfiguration(text: string, file: string): Promise<Configuration> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw unreadable(file, cause);
  }
  return checkConfiguration(value, file);
}

/** The same for a value of any kind; fields with a default may be absent. */
export async function checkConfiguration(value: unknown, file: string): Promise<Configuration> {
  const check = await loadSchema();
  const result = check(value);
  if ("problems" in result) throw invalid(file, result.problems);
  const { configuration } = result;
  checkProtocol(configuration.protocol);
  const { tooFew, problems } = checkConsistency(configuration);
  if (tooFew !== null) throw new HostError("replicas-too-few", `${file}: ${tooFew}`);
  if (problems.length > 0) throw invalid(file, problems);
  return configuration;
}

/** The text of the file: what {@link parseConfiguration} reads back as the same configuration. */
export function configurationText(configuration: Configuration): string {
  return `${JSON.stringify(configuration, null, 2)}\n`;
}

/** @throws HostError `process-unknown` */
export function replicaEntry(configuration: Configuration, process: string): ReplicaEntry {
  return entryOf(configuration.replicas, process, "replica");
}

/** @throws HostError `process-unknown` */
export function clientEntry(configuration: Configuration, process: string): ClientEntry {
  return entryOf(configuration.clients, process, "client");
}

function entryOf<Entry extends { readonly process: Index }>(
  entries: readonly Entry[],
  process: string,
  sort: string,
): Entry {
  const found = entries.find((entry) => entry.process === process);
  if (found !== undefined) return found;
  const names = entries.map((entry) => entry.process).join(", ");
  const what = names === "" ? `no ${sort} at all` : `no ${sort} "${process}", but ${names}`;
  throw new HostError("process-unknown", `The configuration has ${what}.`);
}

let schema: Promise<ConfigurationSchema> | null = null;

function loadSchema(): Promise<ConfigurationSchema> {
  schema ??= optionalPackage("zod", () => import("zod")).then(configurationSchema);
  return schema;
}

function unreadable(file: string, cause: unknown): HostError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const what = `${file} cannot be read: ${why.replace(/\s+/g, " ").replace(/\.*$/, ".")}`;
  return new HostError("config-unreadable", what, { cause });
}

/** How many more wrong fields an error names after the first. */
const MORE_MAX = 5;

function invalid(file: string, problems: readonly Problem[]): HostError {
  const [first, ...others] = problems;
  const also = [...new Set(others.map(({ path }) => path))].filter((path) => path !== first?.path);
  const shown = also.slice(0, MORE_MAX).join(", ");
  const rest = also.length > MORE_MAX ? ", …" : "";
  const more = also.length === 0 ? "" : ` Also wrong: ${shown}${rest}.`;
  const end = /[.?!]$/.test(first?.what ?? "") ? "" : ".";
  return new HostError("config-invalid", `${file}: ${first?.path}: ${first?.what}${end}${more}`);
}
