import type { Service } from "../../spec/service/service.ts";
import { counter } from "./counter.ts";
import { keyValue } from "./key-value.ts";

/** The services that a configuration may name without giving a file. */
export const SERVICES: Readonly<Record<string, Service>> = {
  [counter.name]: counter as Service,
  [keyValue.name]: keyValue as Service,
};

/** What simulated clients ask of each: operations that tell wrong orders apart. */
export const OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  [counter.name]: ["add 1", "add 1", "add 10", "add -3", "read"],
  [keyValue.name]: [
    '["put","a","1"]',
    '["put","a","2"]',
    '["get","a"]',
    '["swap","a","1","2"]',
    '["swap","a",null,"1"]',
    '["delete","a"]',
    '["get","b"]',
    '["put","b","3"]',
  ],
};
