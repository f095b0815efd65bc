import { type Exercised, gapsOf, unexcused } from "./exercise.ts";
import { anchorOf, code, escapeHtml, type Html, proseOf, table } from "./html.ts";
import type { Cite, Rule } from "./rules.ts";

/** A rule with everything that is known of it. */
export interface RuleRow {
  readonly rule: Rule;
  readonly cites: readonly Cite[];
  readonly exercised: readonly Exercised[];
  readonly claims: readonly string[];
  /** the test files that name it */
  readonly tests: readonly string[];
  readonly gaps: readonly string[];
  /** the gaps for which its section gives no reason */
  readonly failures: readonly string[];
}

export interface Protocol {
  /** the folder below impl/ */
  readonly name: string;
  readonly rows: readonly RuleRow[];
  /** cites of rules that rules.md does not have */
  readonly strays: readonly Cite[];
}

/** Joins the rules of a protocol to code, explorations and tests. */
export function protocolOf(
  name: string,
  rules: readonly Rule[],
  cites: readonly Cite[],
  exercised: ReadonlyMap<string, readonly Exercised[]>,
  tests: readonly { readonly file: string; readonly text: string }[],
): Protocol {
  const ids = new Set(rules.map(({ id }) => id));
  const papers = new Set(rules.map(({ id }) => paperOf(id)));
  const rows = rules.map((rule): RuleRow => {
    const own = cites.filter((cite) => cite.rule === rule.id);
    const known = exercised.get(rule.id) ?? [];
    const gaps = gapsOf(own, known);
    const named = new RegExp(`${rule.id.replace(/[.+]/g, "\\$&")}(?![\\w-]|\\.\\w)`);
    return {
      rule,
      cites: own,
      exercised: known,
      claims: [...new Set(known.flatMap(({ claims }) => claims))].sort(),
      tests: tests.filter(({ text }) => named.test(text)).map(({ file }) => file),
      gaps,
      failures: unexcused(rule, own, gaps),
    };
  });
  const strays = cites.filter(({ rule }) => papers.has(paperOf(rule)) && !ids.has(rule));
  return { name, rows, strays };
}

const paperOf = (rule: string) => rule.slice(0, rule.indexOf("."));

/** What makes `npm run docs` fail, a line each. */
export function failuresOf({ name, rows, strays }: Protocol): string[] {
  return [
    ...rows.flatMap(({ rule, failures }) =>
      failures.map((what) => `impl/${name}/rules.md:${rule.line} ${rule.id}: ${what}`),
    ),
    ...strays.map(({ file, line, rule }) => `${file}:${line} cites ${rule}, which is no rule`),
  ];
}

const HEADINGS = ["rule", "code", "exercised in CI", "claims", "tests", ""];

export function protocolPage({ rows, strays }: Protocol): Html {
  const open = rows.filter(({ failures }) => failures.length > 0).length;
  const stated = rows.filter(({ gaps, failures }) => gaps.length > failures.length).length;
  return `<p>${rows.length} rules. ${rows.length - open - stated} have code that CI explorations
fired, each clause of it seen true and seen false; ${stated} state why not; ${open + strays.length} are open.
Counts are distinct: one for each local state and action, not for each global step.</p>
${table(HEADINGS, rows.map(rowOf))}
<h2>The rules</h2>
${rows.map(({ rule }) => `<h3 id="${anchorOf(rule.id)}">${code(rule.id)} ${escapeHtml(rule.title)}</h3>\n${proseOf(rule.text)}`).join("\n")}`;
}

function rowOf(row: RuleRow): Html[] {
  const { rule, cites, exercised, claims, tests } = row;
  return [
    `<a href="#${anchorOf(rule.id)}">${code(rule.id)}</a>`,
    cites.map(({ file, line }) => code(`${file}:${line}`)).join("<br>"),
    exercised.map(exercisedText).join("<br>"),
    claims.map((id) => `<a href="evidence.html#${anchorOf(id)}">${escapeHtml(id)}</a>`).join(", "),
    tests.map(code).join("<br>"),
    statusOf(row),
  ];
}

function exercisedText({ automaton, action, fired, clauses, ofSpecification }: Exercised): Html {
  const name = code(`${automaton} ${action}`);
  if (ofSpecification) return `${name} <span class="faint">of the specification</span>`;
  const seen = clauses.map(
    ({ name, yes, no }) => `<br>&nbsp; ${code(name)} true ${yes}, false ${no}`,
  );
  return `${name} fired ${fired}${seen.join("")}`;
}

function statusOf({ rule, gaps, failures }: RuleRow): Html {
  if (failures.length > 0) {
    return `<span class="gap">${failures.map(escapeHtml).join("<br>")}</span>`;
  }
  if (gaps.length === 0 || rule.excuse === null) return "complete";
  return `${rule.excuse.kind}: ${escapeHtml(rule.excuse.why)}`;
}
