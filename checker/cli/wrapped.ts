import { type ErrorCode, QuorateError } from "../../spec/automaton/errors.ts";

/** The error of the library that stands for one of the operating system, a parser or a loader. */
export function wrapped(code: ErrorCode, where: string, cause: unknown): QuorateError {
  const why = (cause instanceof Error ? cause.message : String(cause)).replace(/\s+/g, " ");
  return new QuorateError(code, `${where}: ${why.trim().replace(/\.*$/, ".")}`, { cause });
}
