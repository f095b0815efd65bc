import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createJiti } from "jiti";
import { isRecord } from "../../../spec/automaton/values.ts";
import type { Service } from "../../../spec/service/service.ts";
import { SERVICES } from "../../services/built-in.ts";
import { nearest } from "../config/nearest.ts";
import { HostError } from "../errors.ts";

const FILE = /[./\\]/;

/**
 * The service that a configuration names: a built-in, or what a module exports as `service` or by
 * default. Modules are TypeScript or JavaScript, and trusted as the configuration that names them.
 *
 * @param config the configuration's file, which paths are relative to
 * @throws HostError `service-unknown`
 */
export async function loadService(name: string, config: string): Promise<Service> {
  if (Object.hasOwn(SERVICES, name)) return SERVICES[name] as Service;
  const names = Object.keys(SERVICES);
  if (!FILE.test(name)) {
    const near = nearest(name, names);
    const meant = near === null ? `There are ${names.join(", ")}.` : `Did you mean ${near}?`;
    throw new HostError("service-unknown", `There is no service "${name}". ${meant}`);
  }
  const file = resolve(dirname(config), name);
  const { service, default: byDefault } = Object(await imported(file));
  const found: unknown = service ?? Object(byDefault).service ?? byDefault;
  if (isService(found)) return found;
  const what = `${file} exports no \`service\` with a name, a start and an apply.`;
  throw new HostError("service-unknown", what);
}

async function imported(file: string): Promise<unknown> {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const source = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
  const alias = {
    "quorate/atomic-multicast": source(`impl/atomic-multicast/index.${extension}`),
    "quorate/clbft": source(`impl/clbft/index.${extension}`),
    "quorate/services": source(`impl/services/index.${extension}`),
    quorate: source(`spec/automaton/index.${extension}`),
  };
  try {
    return await createJiti(import.meta.url, { alias }).import(file);
  } catch (cause) {
    throw unloadable(file, cause);
  }
}

function unloadable(file: string, cause: unknown): HostError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const what = `${file} does not load: ${why.replace(/\s+/g, " ").replace(/\.*$/, ".")}`;
  return new HostError("service-unknown", what, { cause });
}

function isService(value: unknown): value is Service {
  if (!isRecord(value)) return false;
  const { name, apply, start, applyInPlace, query } = value;
  const isOptional = (method: unknown) => method === undefined || typeof method === "function";
  if (!isOptional(applyInPlace) || !isOptional(query)) return false;
  return typeof name === "string" && typeof apply === "function" && start !== undefined;
}
