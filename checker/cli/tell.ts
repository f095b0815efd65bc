import { type Command, Option } from "commander";
import { TIERS } from "../report/tiers.ts";
import { type BlameFlags, runBlame } from "./blame.ts";
import { splitArguments } from "./files.ts";
import { GRAPH_FORMATS, runGraph } from "./graph.ts";
import { type MutateFlags, runMutate } from "./mutate.ts";
import { budgetOption, filesOption } from "./options.ts";
import { runWalk, type WalkFlags } from "./walk.ts";

interface Files {
  readonly files: readonly string[];
}

const MUTATE_STATUS = `
Exit status:
  0  done; with --gate: each mutant is killed, broken, undecided, or listed by its claim
  1  with --gate: some mutant survives unlisted, a listed one is killed, or a case does not hold
  2  bad usage, or a claim that does not load`;

const WALK_STATUS = `
Asked are invariants, step invariants, deadlock and quiescence; inclusions, simulations and liveness
are not. Walks are samples: what they do not violate need not hold.

Exit status:
  0  no case is violated but those that are expected to be
  1  some other case is violated
  2  bad usage, a claim that does not load, or an error in a model`;

/** The commands that tell more of a claim than its verdict. */
export function addTellCommands(quorate: Command, setStatus: (status: number) => void): void {
  const cwd = process.cwd();

  quorate
    .command("mutate")
    .argument("[claims...]", "ids or globs: the cases that are expected to hold")
    .addOption(new Option("--tier <tier>", "how dear a case may be").choices(TIERS).default("ci"))
    .addOption(filesOption())
    .addOption(budgetOption("--max-seconds", "for each mutant").default(60))
    .addOption(
      budgetOption("--times", "a mutant may have n times the states that the case has").default(20),
    )
    .addOption(
      new Option("--only <glob>", "mutants by name; can be repeated")
        .argParser((glob: string, before: readonly string[]) => [...before, glob])
        .default([], "all"),
    )
    .addOption(
      new Option("--reporter <reporter>", "json prints one mutant a line")
        .choices(["pretty", "json"])
        .default("pretty"),
    )
    .option("--gate", "fail if a mutant survives that no claim lists")
    .description("make small bugs, and see which of them the claims find")
    .addHelpText("after", MUTATE_STATUS)
    .action(async (all: string[], flags: MutateFlags & Files) => {
      const { files, ids } = splitArguments(all);
      setStatus(await runMutate(cwd, [...files, ...flags.files], ids, flags));
    });

  quorate
    .command("walk")
    .argument("[claims...]", "ids or globs")
    .addOption(new Option("--tier <tier>", "how dear a case may be").choices(TIERS).default("ci"))
    .addOption(filesOption())
    .addOption(budgetOption("--walks", "walks through each case").default(100))
    .addOption(budgetOption("--steps", "steps of each walk, at most").default(200))
    .addOption(budgetOption("--seed", "the same seed gives the same walks").default(1))
    .addOption(
      new Option("--reporter <reporter>", "json prints one case a line")
        .choices(["pretty", "json"])
        .default("pretty"),
    )
    .description("look for violations by random walks, where a case is too large to decide")
    .addHelpText("after", WALK_STATUS)
    .action(async (all: string[], { files: globs, ...flags }: WalkFlags & Files) => {
      const { files, ids } = splitArguments(all);
      setStatus(await runWalk(cwd, [...files, ...globs], ids, flags));
    });

  quorate
    .command("blame")
    .argument("<claim>", "an id, id@variant or id@variant@instance")
    .addOption(filesOption())
    .addOption(budgetOption("--max-states", "end the search after n states"))
    .addOption(budgetOption("--max-seconds", "after n seconds"))
    .addOption(budgetOption("--max-memory-mb", "when its tables take n MB"))
    .addOption(new Option("--no-reductions", "whatever reductions the case asks for"))
    .option("--json", "as JSON")
    .description("tell which leaf, field or cell splits how many states, and the levels")
    .action((id: string, { files, ...flags }: BlameFlags & Files) =>
      runBlame(cwd, files, id, flags),
    );

  quorate
    .command("graph")
    .argument("<claim>", "an id, id@variant or id@variant@instance")
    .addOption(filesOption())
    .addOption(new Option("--format <format>").choices(GRAPH_FORMATS).default("json"))
    .addOption(budgetOption("--max-states", "refuse a system of more").default(2000))
    .description("print the states and steps of a small system, without reductions")
    .action((id: string, flags: Parameters<typeof runGraph>[3] & Files) =>
      runGraph(cwd, flags.files, id, flags),
    );
}
