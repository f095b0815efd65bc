import { test } from "vitest";
import { checkRegisters, type RegisterHistory } from "../../../checker/history/register.ts";
import { validate } from "../../../checker/trace/validate.ts";
import { eventsOf, replicaInput, replicaOf, replicaUnit, run, UNITS } from "../trace/recording.ts";
function longHistory(operations: number, values: number, clients: number): RegisterHistory {
  let seed = 12345;
  const random = (below: number) => { seed = (Math.imul(seed, 1103515245) + 12345) >>> 0; return Math.floor((seed / 2 ** 32) * below); };
  const history: any[] = []; const open: any[] = []; let value: string | null = null;
  for (let time = 0; history.length < operations || open.length > 0; time += 1) {
    const client = random(clients);
    const mine = open.findIndex(({ at }) => history[at]?.client === `c${client}`);
    const one = open[mine];
    if (one === undefined) {
      if (history.length >= operations) continue;
      const write = `v${values === 0 ? history.length : random(values)}`;
      const operation = random(2) === 0 ? { op: "put", key: "x", value: write } : { op: "get", key: "x" };
      open.push({ at: history.push({ client: `c${client}`, invoked: time, returned: null, operation }) - 1, result: null, done: false });
    } else if (!one.done) {
      const { operation } = history[one.at]; if (operation.op === "put") value = operation.value; else one.result = value; one.done = true;
    } else { history[one.at] = { ...history[one.at], returned: time, result: one.result }; open.splice(mine, 1); }
  }
  return history;
}
test("bench", { timeout: 200_000 }, () => {
  for (const [values, clients] of [[0, 64], [0, 64], [1000, 64], [200, 64], [50, 64], [50, 32], [50, 16], [50, 8], [3, 8], [3, 64]] as const) {
    const h = longHistory(5000, values, clients);
    for (const by of ["search", "fastest"] as const) {
      const t = performance.now();
      const v = checkRegisters(h, { by });
      const ms = performance.now() - t;
      console.log(values, clients, by, v.verdict, ms.toFixed(0), "ms", (5000 / ms * 1000).toFixed(0), "ops/s");
    }
  }
  let seed = 1; const script = Array.from({ length: 20000 }, () => { seed = (Math.imul(seed, 1103515245) + 12345) >>> 0; return seed >>> 8; });
  const entries = run(replicaUnit, replicaInput, UNITS, script);
  const events = eventsOf(entries);
  const t = performance.now();
  const v = validate((unit) => ({ replica: replicaOf(unit) }), events, { maxInternal: 3 });
  const ms = performance.now() - t;
  console.log(v, ms.toFixed(0), "ms", (events.length / ms * 1000).toFixed(0), "actions/s");
});
