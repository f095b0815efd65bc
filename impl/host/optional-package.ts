import { HostError } from "./errors.ts";

/**
 * Imports what only a host needs: an optional peer, which whoever only checks need not install.
 *
 * @param load `() => import("name")`, spelled out so that tools see the dependency
 * @throws HostError `package-missing` if this package, and not one of its own, is absent
 */
export async function optionalPackage<Module>(
  name: string,
  load: () => Promise<Module>,
): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    throw isMissing(cause, name) ? missing(name, cause) : cause;
  }
}

function isMissing(cause: unknown, name: string): boolean {
  const { code, message } = Object(cause) as { code?: unknown; message?: unknown };
  return code === "ERR_MODULE_NOT_FOUND" && String(message).includes(`'${name}'`);
}

function missing(name: string, cause: unknown): HostError {
  return new HostError("package-missing", `A host needs the package ${name}.`, { cause });
}

/**
 * Imports a part of the host that stands on such packages itself.
 *
 * @throws HostError `package-missing` if one of them is absent
 */
export async function hostModule<Module>(load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    const [, name] = /Cannot find package '([^']+)'/.exec(String(Object(cause).message)) ?? [];
    throw name !== undefined && isMissing(cause, name) ? missing(name, cause) : cause;
  }
}
