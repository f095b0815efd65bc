import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { boundsPage } from "./bounds-page.ts";
import type { Evidence } from "./evidence.ts";
import { evidencePage } from "./evidence-page.ts";
import { exercisedBy } from "./exercise.ts";
import { findingsOf, findingsPage } from "./findings-page.ts";
import { escapeHtml, type Html, type Link, page } from "./html.ts";
import { failuresOf, type Protocol, protocolOf, protocolPage } from "./protocol-page.ts";
import { citesOf, rulesOf } from "./rules.ts";
import { type Source, sourcesOf } from "./sources.ts";

/**
 * Writes the pages.
 * @returns what is missing between rules, code and evidence, a line each
 */
export async function writeSite(root: string, out: string, evidence: Evidence): Promise<string[]> {
  const protocols = await protocolsOf(root, evidence);
  const findings = findingsOf(
    evidence,
    protocols.flatMap(({ rows }) => rows.map(({ rule }) => rule)),
  );
  const menu: Link[] = [
    { href: "index.html", label: "quorate" },
    ...protocols.map(({ name }) => ({ href: `${name}.html`, label: name })),
    { href: "findings.html", label: "Findings" },
    { href: "bounds.html", label: "Bounds" },
    { href: "evidence.html", label: "Evidence" },
    { href: "reference/index.html", label: "Reference" },
  ];
  const documents = await sourcesOf(
    root,
    "docs/guides/*.md",
    "docs/errors.md",
    "docs/decisions/*.md",
  );
  const pages: Record<string, string> = {
    "index.html": page("Documentation", menu, indexPage(protocols, findings.length, documents)),
    "findings.html": page("Findings", menu, findingsPage(findings)),
    "bounds.html": page("Measured bounds", menu, boundsPage(evidence)),
    "evidence.html": page("Evidence", menu, evidencePage(evidence)),
    ...Object.fromEntries(
      protocols.map((one) => [`${one.name}.html`, page(one.name, menu, protocolPage(one))]),
    ),
  };
  await mkdir(out, { recursive: true });
  for (const [file, text] of Object.entries(pages)) await writeFile(join(out, file), text);
  return protocols.flatMap(failuresOf);
}

/** Every folder of impl/ that has a rules.md. */
async function protocolsOf(root: string, { cases }: Evidence): Promise<Protocol[]> {
  const rules = await sourcesOf(root, "impl/*/rules.md");
  const code = await sourcesOf(root, "{impl,spec}/**/*.ts");
  const tests = await sourcesOf(root, "test/**/*.ts");
  const cites = code.flatMap(({ file, text }) => citesOf(file, text));
  const explored = cases
    .filter(({ record }) => record.verdict !== "error")
    .map((one) => ({ problem: one.case.problem(), record: one.record }));
  const exercised = exercisedBy(explored);
  return rules.map(({ file, text }) =>
    protocolOf(file.split("/")[1] as string, rulesOf(text), cites, exercised, tests),
  );
}

function indexPage(
  protocols: readonly Protocol[],
  findings: number,
  documents: readonly Source[],
): Html {
  const item = (href: string, label: string, what: string) =>
    `<li><a href="${href}">${escapeHtml(label)}</a>: ${escapeHtml(what)}</li>`;
  return `<p>Protocols written once as I/O automata, and what was checked of them.</p>
<ul>
${protocols.map(({ name, rows }) => item(`${name}.html`, name, `its ${rows.length} rules, with code, claims and tests`)).join("\n")}
${item("findings.html", "Findings", `${findings} printed rules that the checker refutes, each with its shortest run`)}
${item("bounds.html", "Bounds", "how much a stopped client leaves behind, as measured")}
${item("evidence.html", "Evidence", "every claim of the CI tier with its verdicts and counts")}
${item("reference/index.html", "Reference", "the public functions and types")}
</ul>
<h2>To read</h2>
<ul>
${documents.map(({ file, text }) => item(`../${file.slice("docs/".length)}`, titleOf(text), file)).join("\n")}
</ul>`;
}

function titleOf(markdown: string): string {
  return /^#\s+(.*)$/m.exec(markdown)?.[1] ?? "untitled";
}
