import type { Service } from "../../spec/service/service.ts";

const ADD = /^add (-?[0-9]{1,15})$/;

/**
 * A counter: `add <n>` adds a whole number and answers the sum, `read` answers the sum. It stays
 * within the safe integers: an operation that would leave them changes nothing and answers `overflow`.
 */
export const counter: Service<number> = {
  name: "counter",
  start: 0,
  apply(sum, operation) {
    if (operation === "read") return { state: sum, result: String(sum) };
    const amount = ADD.exec(operation)?.[1];
    if (amount === undefined) return { state: sum, result: "malformed" };
    const state = sum + Number(amount);
    return Number.isSafeInteger(state)
      ? { state, result: String(state) }
      : { state: sum, result: "overflow" };
  },
  query: (sum, operation) => (operation === "read" ? String(sum) : null),
};
