import { readArguments, UsageError } from "./arguments.ts";
import { run } from "./run.ts";

/*
 * npm run bench -- two-phase-commit --n 8 [--workers 1] [--json] [--beside-sketch]
 * npm run bench -- pbft-tiny --views 1
 */
try {
  const wanted = readArguments(process.argv.slice(2));
  const measured = run(wanted);
  if (wanted.json) console.log(JSON.stringify(measured));
  else for (const [key, value] of Object.entries(measured)) console.log(`${key}: ${value}`);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
