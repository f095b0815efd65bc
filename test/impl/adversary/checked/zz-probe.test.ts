import { test } from "vitest";
import { checkCase } from "/work/main/checker/run.ts";
test("run", async () => {
  const name = process.env["CLAIM"];
  const { default: claim } = await import(`/work/main/refinement/adversary/${name}.claim.ts`);
  for (const one of claim.cases) {
    if (process.env["ONLY"] && !`${one.variant} ${one.instance}`.includes(process.env["ONLY"])) continue;
    const t = process.cpuUsage().user;
    const r = checkCase(claim, one, { budget: { maxSeconds: 20 } } as never);
    console.log(one.variant, "|", one.instance, "|", r.verdict, r.unexpected, r.states, r.depth, ((process.cpuUsage().user - t)/1e6).toFixed(2)+"s", JSON.stringify(r.error), JSON.stringify(r.properties?.map((p: any) => [p.name, p.violated])), JSON.stringify(r.witnesses.filter((w: any) => !w.reached)), r.counterexample?.actions.map((a: any) => a.name+JSON.stringify(a.payload)).join(" "), r.counterexample?.actions.length);
  }
}, 200000);
