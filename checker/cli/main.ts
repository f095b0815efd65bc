#!/usr/bin/env node
import { Command, CommanderError, Option } from "commander";
import { QuorateError } from "../../spec/automaton/errors.ts";
import { version } from "../version.ts";
import { jobsFor, runCheck } from "./check.ts";
import { splitArguments } from "./files.ts";
import { addHostCommands } from "./host/commands.ts";
import { runList } from "./list.ts";
import { runNew } from "./new.ts";
import { type CheckFlags, checkOptions, filesOption } from "./options.ts";
import { type ReplayFlags, runReplay } from "./replay.ts";
import { runShow, SHOW_FORMATS, type ShowFormat } from "./show.ts";
import { runStep } from "./step.ts";
import { addTellCommands } from "./tell.ts";
import { templates } from "./templates/index.ts";

const EXAMPLES = `
Examples:
  quorate new lock                       write a first claim, with a bug to find
  quorate check                          decide every claim of the CI tier
  quorate check lock 'L-*' --watch       some claims, again at each change
  quorate check lock@repaired@N=2        one case: id@variant@instance
  quorate check --tier nightly --max-seconds 600 --out evidence
  quorate walk lock --walks 1000         look for violations by random walks
  quorate show evidence/lock@printed@N=2.counterexample.json
  quorate step lock                      walk through a protocol by hand
  quorate cluster                        run a replicated store on this machine

Exit status of check:
  0  every verdict is the expected one
  1  some verdict or pinned count is not
  2  bad usage, a claim that does not load, or an error in a model
  3  some claim was only searched in part (bounded) where holds was expected`;

const SELECTORS = `
An argument selects claims: an id, or a glob over ids (* and ?), then optionally @variant and
@instance. One that ends in .claim.ts (or .js, .mts, .mjs) names a file instead.`;

function program(setStatus: (status: number) => void): Command {
  const quorate = new Command("quorate")
    .description("Checks and runs distributed protocols that are written as I/O automata.")
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .addHelpText("after", EXAMPLES);
  const cwd = process.cwd();

  quorate
    .command("new")
    .argument("<template>", templates.map(({ name }) => name).join(", "))
    .argument("[folder]", "where to write it", ".")
    .description("write a first claim")
    .addHelpText("after", () =>
      ["\nTemplates:", ...templates.map((one) => `  ${one.name.padEnd(18)}${one.summary}`)].join(
        "\n",
      ),
    )
    .action((template: string, folder: string) => runNew(cwd, template, folder));

  quorate
    .command("list")
    .argument("[claims...]", "ids or globs")
    .addOption(filesOption())
    .option("--json", "as JSON")
    .description("list claims, their cases and expected verdicts")
    .addHelpText("after", SELECTORS)
    .action((all: string[], flags: { files: string[]; json?: boolean }) => {
      const { files, ids } = splitArguments(all);
      return runList(cwd, [...files, ...flags.files], ids, flags.json ?? false);
    });

  const check = quorate
    .command("check")
    .argument("[claims...]", "ids or globs")
    .description("decide claims")
    .addHelpText("after", SELECTORS + EXAMPLES.slice(EXAMPLES.indexOf("\n\nExit")));
  for (const option of checkOptions()) check.addOption(option);
  check.action(async (all: string[], flags: CheckFlags) => {
    const { files, ids } = splitArguments(all);
    const { tier, reporter, out, watch, files: globs, workers, jobs, shard, ...search } = flags;
    const shared = { cwd, ids, tier, search, workers, shard: shard ?? null };
    const output = { reporter, out: out ?? null, watch: watch ?? false };
    const atOnce = jobs ?? jobsFor(workers);
    setStatus(await runCheck({ ...shared, ...output, jobs: atOnce, files: [...files, ...globs] }));
  });

  quorate
    .command("show")
    .argument("<counterexample>", "a file that `quorate check --out` wrote")
    .addOption(new Option("--format <format>").choices(SHOW_FORMATS).default("text"))
    .description("show a counterexample")
    .action((file: string, { format }: { format: ShowFormat }) => runShow(file, format));

  quorate
    .command("replay")
    .argument("<record...>", "what hosts wrote with --record")
    .option("--protocol <name>", "another than the record names, or a file that exports one")
    .option("--service <name or file>", "another service than the record names, or its module")
    .option("--max-internal <n>", "internal steps that a record may lack between two actions", "3")
    .option("--max-lost <n>", "last actions of a unit that a restart may have lost", "0")
    .option("--json", "one verdict a line, as JSON")
    .description("check that recorded runs are runs of the automata")
    .action(async (files: string[], flags: ReplayFlags) => {
      setStatus(await runReplay(files, flags));
    });

  quorate
    .command("step")
    .argument("<claim>", "an id, id@variant or id@variant@instance")
    .addOption(filesOption())
    .description("walk through the system of a claim, step by step")
    .action((id: string, { files }: { files: string[] }) => runStep(cwd, files, id));

  addTellCommands(quorate, setStatus);
  addHostCommands(quorate, setStatus);
  return quorate;
}

async function main(): Promise<number> {
  let status = 0;
  const setStatus = (to: number) => {
    status = to;
  };
  const quorate = program(setStatus);
  try {
    if (process.argv.length <= 2) {
      quorate.outputHelp({ error: true });
      return 2;
    }
    await quorate.parseAsync();
    return status;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    console.error(`quorate: ${messageOf(error)}`);
    return 2;
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof CommanderError)) {
    return error instanceof Error ? error.message : String(error);
  }
  const sentence = error.message.replace(/^error: /, "").replace(/\s*\n\s*/g, " ");
  const what = sentence.charAt(0).toUpperCase() + sentence.slice(1).replace(/[^.?)]$/, "$&.");
  return new QuorateError("usage", what).message;
}

// A reader such as `head` may leave early.
process.stdout.on("error", (error) => {
  if (Object(error).code === "EPIPE") process.exit(0);
  throw error;
});

process.exitCode = await main();
