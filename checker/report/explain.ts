import { formatCounterexample } from "../trace/text.ts";
import { type CheckRecord, nameOf } from "./record.ts";

/** What a reader needs when a case did not turn out as expected: the run, the reason, the hint. */
export function explain(
  record: Pick<
    CheckRecord,
    | "claim"
    | "variant"
    | "instance"
    | "counterexample"
    | "unexpected"
    | "because"
    | "hint"
    | "error"
  > & { readonly verdict: string },
): string {
  const { counterexample, unexpected, because, hint, error } = record;
  const lines = [nameOf(record), `  ${error?.message ?? unexpected ?? record.verdict}`];
  if (counterexample !== null) {
    lines.push("", indented(formatCounterexample(counterexample)));
  }
  if (because !== null) lines.push("", `  because: ${because}`);
  if (hint !== null) lines.push("", `  hint: ${hint}`);
  return lines.join("\n");
}

function indented(text: string): string {
  return text.replace(/^/gm, "  ");
}
