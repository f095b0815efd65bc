import { count } from "../../checker/report/decide.ts";
import type { CheckRecord } from "../../checker/report/record.ts";
import { mermaidOf } from "../../checker/trace/mermaid.ts";
import { formatCounterexample } from "../../checker/trace/text.ts";
import type { Evidence } from "./evidence.ts";
import { evidenceTable, replayCommands } from "./evidence-page.ts";
import { anchorOf, code, escapeHtml, type Html, proseOf } from "./html.ts";
import type { Rule } from "./rules.ts";
import { sequenceSvg } from "./sequence.ts";

/** A printed variant that the checker refuted, in its shortest counterexample. */
export interface Finding {
  readonly says: string;
  readonly source: string;
  readonly record: CheckRecord;
  /** the instances of the CI tier on which the repaired variant was decided */
  readonly repaired: readonly CheckRecord[];
  readonly rules: readonly Rule[];
}

/** The findings: models of others, which only calibrate the checker, are none. */
export function findingsOf({ cases }: Evidence, rules: readonly Rule[]): Finding[] {
  const shortest = new Map<string, (typeof cases)[number]>();
  for (const one of cases) {
    const { record } = one;
    if (!/^printed(?:\/|$)/.test(record.variant) || record.claim.startsWith("oracle/")) continue;
    if (record.verdict !== "violated" || record.counterexample === null) continue;
    const key = `${record.claim}@${record.variant}`;
    const known = shortest.get(key);
    if (known === undefined || stepsOf(record) < stepsOf(known.record)) shortest.set(key, one);
  }
  return [...shortest.values()].map(({ claim, record }) => ({
    says: claim.says,
    source: claim.source,
    record,
    repaired: cases
      .filter((one) => one.claim === claim && one.record.variant === "repaired")
      .map((one) => one.record),
    rules: rules.filter((rule) => concerns(rule, record)),
  }));
}

const stepsOf = ({ counterexample }: CheckRecord) => counterexample?.actions.length ?? 0;

/** Whether the case names the rule, or the rule names the suspicion that the variant is for. */
function concerns({ id, text, title }: Rule, { variant, because, hint }: CheckRecord): boolean {
  const suspicion = variant.slice("printed/".length);
  const words = (text: string) => text.split(/[^\w.+-]+/).map((word) => word.replace(/\.$/, ""));
  if (words(`${because ?? ""} ${hint ?? ""}`).includes(id)) return true;
  return suspicion !== "" && words(`${title} ${text}`).includes(suspicion);
}

export function findingsPage(findings: readonly Finding[]): Html {
  if (findings.length === 0) {
    return "<p>No printed variant of the CI tier is violated.</p>";
  }
  const contents = findings.map(
    ({ record, says }) =>
      `<li><a href="#${anchorOf(titleOf(record))}">${escapeHtml(titleOf(record))}</a>: ${escapeHtml(says)}</li>`,
  );
  return `<p>Where the checker refutes a paper's text as printed, or the repaired protocol with one
printed rule put back. Each is shown by its shortest run, and by the same claim on what we repaired.</p>
<ul>${contents.join("")}</ul>
${findings.map(findingSection).join("\n")}`;
}

const titleOf = ({ claim, variant }: CheckRecord) => `${claim}@${variant}`;

function findingSection({ says, source, record, repaired, rules }: Finding): Html {
  const { counterexample, because, hint } = record;
  if (counterexample === null) return "";
  const steps = counterexample.actions.length;
  return `<h2 id="${anchorOf(titleOf(record))}">${escapeHtml(titleOf(record))}</h2>
<p><strong>The claim.</strong> ${escapeHtml(says)} <span class="faint">${escapeHtml(source)}</span></p>
<h3>What is printed</h3>
<p>${escapeHtml(because ?? "")}</p>
${rules.map((rule) => `<h4>${code(rule.id)} ${escapeHtml(rule.title)}</h4>\n${proseOf(rule.text)}`).join("\n")}
<h3>The shortest run that refutes it</h3>
<p>${steps} steps on ${escapeHtml(record.instance)}, found among ${count(record.states)} states
in ${record.seconds.toFixed(2)} s. It violates: ${escapeHtml(counterexample.property)}.</p>
<div class="wide">${sequenceSvg(counterexample)}</div>
<details><summary>Every step, with what it changes</summary><pre>${escapeHtml(formatCounterexample(counterexample))}</pre></details>
<details><summary>As Mermaid</summary><pre class="mermaid">${escapeHtml(mermaidOf(counterexample))}</pre></details>
<p>Replay it:</p>
<pre>${escapeHtml(replayCommands(record).join("\n"))}</pre>
<h3>The repair</h3>
<p>${escapeHtml(hint ?? "The rules above say what the repaired protocol does instead.")}</p>
${repaired.length === 0 ? '<p class="gap">No repaired variant was decided in the CI tier.</p>' : evidenceTable(repaired)}`;
}
