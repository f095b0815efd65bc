import { createInterface } from "node:readline";
import { installPurityGuard } from "../../spec/automaton/purity.ts";
import { nameOf } from "../report/record.ts";
import { planned } from "../report/table.ts";
import type { CaseOf } from "../run.ts";
import { findClaimFiles } from "./files.ts";
import { loadClaims } from "./load.ts";
import { selectCases } from "./select.ts";
import { Stepper } from "./stepper.ts";

/** `quorate step`: walks through the system of a case, on commands from the terminal or a pipe. */
export async function runStep(cwd: string, files: readonly string[], id: string): Promise<void> {
  const claims = await loadClaims(await findClaimFiles(cwd, files));
  const [one] = selectCases(claims, [id]) as [CaseOf];
  console.log(`${nameOf(planned(one.claim, one.case))}: ${one.claim.says}\n`);
  const uninstall = installPurityGuard();
  const stepper = new Stepper(one.case.problem());
  const input = createInterface({ input: process.stdin, output: process.stdout, prompt: "> " });
  const print = (lines: readonly string[]) => {
    for (const line of lines) console.log(line);
    input.prompt();
  };
  try {
    print(stepper.open());
    for await (const command of input) {
      const lines = stepper.obey(command);
      if (lines === null) break;
      print(lines);
    }
  } finally {
    input.close();
    uninstall();
  }
}
