import { readArguments, UsageError } from "./arguments.ts";
import { runCheckerBench } from "./checker/main.ts";
import { runHostBench } from "./host/main.ts";
import { runServiceBench } from "./host/service.ts";
import { run } from "./run.ts";

/*
 * npm run bench -- two-phase-commit --n 8 [--json] [--beside-sketch]
 * npm run bench -- pbft-tiny --views 1
 * npm run bench -- checker [--models two-phase-commit:7,8,9,pbft-tiny:1,2,paxos:3,register:2,bft-bc]
 *     [--workers 1,2] [--reductions none,symmetry,partial-order,both] [--beside sketch,spin]
 *     [--limit-seconds 600] [--json]
 * npm run bench -- host [--clients 1,16,64] [--bytes 0,1024] [--seconds 5] [--protocol bft-bc-strong]
 *     [--in-memory] [--json]
 * npm run bench -- service [--protocol clbft] [--requests 1,16,64] [--per-client 1] [--bytes 0,1024]
 *     [--seconds 5] [--in-memory] [--steady] [--json]
 */
function benchOneModel(argv: readonly string[]): void {
  try {
    const wanted = readArguments(argv);
    const measured = run(wanted);
    if (wanted.json) console.log(JSON.stringify(measured));
    else for (const [key, value] of Object.entries(measured)) console.log(`${key}: ${value}`);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}

const [name, ...rest] = process.argv.slice(2);
if (name === "host") await runHostBench(rest);
else if (name === "service") await runServiceBench(rest);
else if (name === "checker") await runCheckerBench(rest);
else benchOneModel(process.argv.slice(2));
