import { evidenceOf } from "../../checker/evidence.ts";
import { count } from "../../checker/report/decide.ts";
import { type CheckRecord, nameOf } from "../../checker/report/record.ts";
import type { Evidence } from "./evidence.ts";
import { anchorOf, code, escapeHtml, type Html, table, verdictBadge } from "./html.ts";

/** Every case of the CI tier with its verdict and counts, claim by claim. */
export function evidencePage({ claims, cases }: Evidence): Html {
  const unexpected = cases.filter(({ record }) => record.unexpected !== null);
  const version = cases[0]?.record.version ?? "";
  const summary =
    `<p>${cases.length} cases of the CI tier, checked by quorate ${escapeHtml(version)}; ` +
    `${unexpected.length === 0 ? "all are as expected" : `<strong class="gap">${unexpected.length} are not as expected</strong>`}. ` +
    "Depth is counted in levels (steps + 1). A verdict speaks of its bounded instance only.</p>";
  const sections = claims.map((claim) => {
    const records = cases.filter((one) => one.claim === claim).map(({ record }) => record);
    const others = claim.cases.length - records.length;
    const more = others === 0 ? "" : `<p class="faint">${others} more in other tiers.</p>`;
    return `<h2 id="${anchorOf(claim.id)}">${escapeHtml(claim.id)}</h2>
<p>${escapeHtml(claim.says)} <span class="faint">${escapeHtml(claim.source)}</span></p>
${records.length === 0 ? "" : evidenceTable(records)}${more}`;
  });
  return summary + sections.join("\n");
}

const HEADINGS = ["variant", "instance", "verdict", "expected", "states", "transitions"];
const MORE = ["depth", "seconds", "reductions", "notes"];

export function evidenceTable(records: readonly CheckRecord[]): Html {
  return table([...HEADINGS, ...MORE], records.map(evidenceRow));
}

function evidenceRow(record: CheckRecord): Html[] {
  const { variant, instance, verdict, expected, states, transitions, depth, seconds } = record;
  return [
    code(variant),
    escapeHtml(instance),
    verdictBadge(verdict),
    escapeHtml(expected),
    count(states),
    count(transitions),
    String(depth),
    seconds.toFixed(2),
    escapeHtml(record.reductions.join(", ")),
    notesOf(record).map(escapeHtml).join("<br>"),
  ];
}

function notesOf(record: CheckRecord): string[] {
  const { because, excludes, notes, bound, unexpected, properties } = record;
  const violated = properties.filter((property) => property.violated).map(({ name }) => name);
  return [
    ...(unexpected === null ? [] : [`unexpected: ${unexpected}`]),
    ...(bound === null ? [] : [`ended at ${bound}`]),
    ...violated.map((name) => `violates: ${name}`),
    ...(because === null ? [] : [because]),
    ...excludes.map((what) => `excludes: ${what}`),
    ...notes.map((what) => `note: ${what}`),
  ];
}

/** The commands that decide a case again and show its counterexample. */
export function replayCommands(record: CheckRecord): string[] {
  const file = evidenceOf(record).find(({ name }) => name.endsWith(".counterexample.json"));
  return [
    `npx quorate check ${quoted(nameOf(record))} --out evidence`,
    ...(file === undefined ? [] : [`npx quorate show ${quoted(`evidence/${file.name}`)}`]),
  ];
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w@=.,/+-]+$/.test(word) ? word : `'${word}'`;
}
