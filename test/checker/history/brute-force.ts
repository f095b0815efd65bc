import type { RegisterHistory, RegisterValue } from "../../../checker/history/register.ts";

type Recorded = RegisterHistory[number];

/** Whether some order of a history's operations explains it: tries all, pending ones in or out. */
export function permutes(history: RegisterHistory, initial: RegisterValue): boolean {
  const completed = history.filter(({ returned }) => returned !== null).length;
  function extend(order: readonly Recorded[], rest: readonly Recorded[]): boolean {
    const done = order.filter(({ returned }) => returned !== null).length;
    if (done === completed && explains([order], history, initial)) return true;
    return rest.some((one) =>
      extend(
        [...order, one],
        rest.filter((other) => other !== one),
      ),
    );
  }
  return extend([], history);
}

/** Whether orders name each completed operation once, keep real time, and fit a register. */
export function explains(
  orders: readonly RegisterHistory[],
  history: RegisterHistory,
  initial: RegisterValue,
): boolean {
  const all = orders.flat();
  const missing = history.some((one) => one.returned !== null && !all.includes(one));
  return !missing && new Set(all).size === all.length && orders.every((one) => fits(one, initial));
}

function fits(order: RegisterHistory, initial: RegisterValue): boolean {
  const values = new Map<string, RegisterValue>();
  return order.every((one, at) => {
    const early = order.slice(at + 1).some(({ returned }) => (returned ?? 1e9) < one.invoked);
    if (early || one.operation.op === "stop") return !early;
    const { key } = one.operation;
    if (one.operation.op === "get") {
      return one.returned === null || one.result === (values.get(key) ?? initial);
    }
    values.set(key, one.operation.value);
    return true;
  });
}
