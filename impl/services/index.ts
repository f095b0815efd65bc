/**
 * Ready-made services to replicate: what `--service` names.
 * @packageDocumentation
 */
export type { Applied, Service } from "../../spec/service/service.ts";
export { SERVICES } from "./built-in.ts";
export { counter } from "./counter.ts";
export { keyValue } from "./key-value.ts";
