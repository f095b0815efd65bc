import type { MutantRecord, MutateReport, Outcome } from "./mutate.ts";

const OUTCOMES: readonly Outcome[] = ["killed", "equivalent", "broken", "bounded", "survived"];
const OUTCOME_WIDTH = Math.max(...OUTCOMES.map(({ length }) => length));

/** A line for a mutant: its name, what became of it, and how that is known. */
export function mutantLine(record: MutantRecord, width: number): string {
  const { mutant, outcome } = record;
  return `${mutant.padEnd(width)}  ${outcome.padEnd(OUTCOME_WIDTH)}  ${reasonOf(record)}`.trimEnd();
}

function reasonOf(record: MutantRecord): string {
  const { outcome, killedBy, error, neverFalse, because, survived, bounded } = record;
  switch (outcome) {
    case "killed": {
      const { claim, instance, verdict, by, steps } = killedBy as NonNullable<typeof killedBy>;
      const long = steps === 1 ? "1 step" : `${steps} steps`;
      const how = verdict === "violated" ? `in ${long}` : "is not reached";
      return `${claim} "${by}" ${how} on ${instance}`;
    }
    case "broken":
      return error?.message ?? "";
    case "equivalent":
      return because ?? "";
    case "bounded":
      return `not decided: ${bounded[0]}${bounded.length > 1 ? ` and ${bounded.length - 1} more` : ""}`;
    case "survived":
      return neverFalse
        ? `${held(survived)}; vacuous here: the clause is never false`
        : held(survived);
  }
}

const held = ({ length }: readonly string[]) =>
  length === 1 ? "the one case holds" : `all ${length} cases hold`;

/** What a reader of the table must know in the end, in lines. */
export function mutateSummary({ records, skipped, stale }: MutateReport): string[] {
  const counts = OUTCOMES.flatMap((outcome) => {
    const count = records.filter((record) => record.outcome === outcome).length;
    return count === 0 ? [] : [`${count} ${outcome}`];
  });
  const mutants = records.length === 1 ? "1 mutant" : `${records.length} mutants`;
  return [
    ...skipped.map((one) => `skipped, since it does not hold: ${one}`),
    ...stale.map((one) => `listed as a survivor, but killed: ${one}`),
    `${mutants}: ${counts.join(", ") || "none was asked for"}`,
  ];
}
