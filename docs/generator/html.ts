/** HTML that is safe to put into a page: {@link escapeHtml} made it, or this program wrote it. */
export type Html = string;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

export function escapeHtml(text: string): Html {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] as string);
}

/** A name as the id of an element and the end of a link. */
export function anchorOf(name: string): string {
  return name.replace(/[^A-Za-z0-9.-]+/g, "-");
}

export function code(text: string): Html {
  return `<code>${escapeHtml(text)}</code>`;
}

/** A table that scrolls on its own where the screen is narrow. */
export function table(headings: readonly string[], rows: readonly (readonly Html[])[]): Html {
  const head = headings.map((heading) => `<th scope="col">${escapeHtml(heading)}</th>`).join("");
  const body = rows
    .map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join("")}</tr>`)
    .join("\n");
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>`;
}

export function verdictBadge(verdict: string): Html {
  return `<span class="verdict ${escapeHtml(verdict)}">${escapeHtml(verdict)}</span>`;
}

/** The little Markdown that rules are written in: paragraphs, lists, `code` and **strong**. */
export function proseOf(markdown: string): Html {
  const blocks = markdown.trim().split(/\n\s*\n/);
  return blocks.map(blockOf).join("\n");
}

function blockOf(block: string): Html {
  const lines = block.split("\n");
  if (/^\s*(?:[-*]|\d+\.)\s/.test(lines[0] ?? "")) {
    const items: string[] = [];
    for (const line of lines) {
      const item = /^\s*(?:[-*]|\d+\.)\s+(.*)$/.exec(line);
      if (item !== null) items.push(item[1] as string);
      else items.push(`${items.pop() ?? ""} ${line.trim()}`);
    }
    return `<ul>${items.map((item) => `<li>${inline(item)}</li>`).join("")}</ul>`;
  }
  if (lines.every((line) => line.startsWith("|"))) return `<pre>${escapeHtml(block)}</pre>`;
  return `<p>${inline(lines.join(" "))}</p>`;
}

function inline(text: string): Html {
  return escapeHtml(text)
    .replace(/`([^`]+)`/g, "<code>$1</code>")
    .replace(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>");
}

const STYLE = `
:root { --paper: #fff; --ink: #1a1a1a; --faint: #667; --line: #ccd; --accent: #0b57a4; --mark: #f4f5f9; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #15171c; --ink: #e6e6ea; --faint: #a0a4b0; --line: #3a3e4a; --accent: #7ab8ff; --mark: #1f222a; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 75rem; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
a { color: var(--accent); }
nav a { margin-right: 1rem; }
code, pre { font: 0.875em/1.4 ui-monospace, monospace; }
pre { overflow-x: auto; background: var(--mark); padding: 0.75rem; }
.wide { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: 0.9rem; }
th, td { text-align: left; vertical-align: top; padding: 0.35rem 0.6rem; border-bottom: 1px solid var(--line); }
td.number { text-align: right; }
.faint { color: var(--faint); }
.verdict { font-weight: 600; white-space: nowrap; }
.holds { color: #14804a; } .violated { color: #c0392b; } .bounded, .vacuous { color: #a86400; } .error, .gap { color: #c0392b; }
svg { display: block; }
svg text { fill: var(--ink); font: 12px ui-monospace, monospace; paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
svg .life { stroke: var(--line); } svg .arrow { stroke: var(--accent); fill: none; stroke-width: 1.5; }
svg .head { fill: var(--accent); } svg .lane { font-weight: 700; } svg .end { fill: #c0392b; font-weight: 700; }
`;

/** The menu of every page. */
export interface Link {
  readonly href: string;
  readonly label: string;
}

export function page(title: string, menu: readonly Link[], body: Html): string {
  const links = menu.map(({ href, label }) => `<a href="${href}">${escapeHtml(label)}</a>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · quorate</title>
<style>${STYLE}</style>
</head>
<body>
<nav>${links.join("\n")}</nav>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`;
}
