/** A numbered rule of a paper, as `impl/<protocol>/rules.md` has it. */
export interface Rule {
  /** "L.REPLICA.PREPARE" */
  readonly id: string;
  readonly title: string;
  /** the section below the heading, in Markdown */
  readonly text: string;
  /** why there is no code, or why no CI exploration exercises it all; null where neither is said */
  readonly excuse: { readonly kind: "No code" | "Not exercised"; readonly why: string } | null;
  /** the line of the heading */
  readonly line: number;
}

const HEADING = /^#{1,6}\s/;
const RULE = /^###\s+`?([A-Z][A-Z0-9]*(?:\.[A-Z0-9][A-Z0-9+-]*)+)`?\s*[-:—]?\s*(.*)$/;
const EXCUSE = /^(?:[-*]\s+)?\*{0,2}(No code|Not exercised):\*{0,2}\s*(.*)$/;

/** The rules of a rules.md: each `### ID title` with the lines up to the next heading. */
export function rulesOf(markdown: string): Rule[] {
  const rules: Rule[] = [];
  const lines = markdown.split("\n");
  let fenced = false;
  let at = 0;
  const isHeading = (line: string) => {
    if (line.startsWith("```")) fenced = !fenced;
    return !fenced && HEADING.test(line);
  };
  while (at < lines.length) {
    const line = lines[at] as string;
    const rule = isHeading(line) ? RULE.exec(line) : null;
    const start = at++;
    if (rule === null) continue;
    const section: string[] = [];
    while (at < lines.length && !isHeading(lines[at] as string))
      section.push(lines[at++] as string);
    const [, id = "", title = ""] = rule;
    rules.push({
      id,
      title,
      text: section.join("\n").trim(),
      excuse: excuseOf(section),
      line: start + 1,
    });
  }
  return rules;
}

/** The stated reason, which may go on over several lines of its paragraph. */
function excuseOf(section: readonly string[]): Rule["excuse"] {
  const at = section.findIndex((line) => EXCUSE.test(line));
  if (at < 0) return null;
  const [, kind, first = ""] = EXCUSE.exec(section[at] as string) as RegExpExecArray;
  const end = section.findIndex((line, below) => below > at && line.trim() === "");
  const rest = section.slice(at + 1, end < 0 ? undefined : end);
  const why = [first, ...rest]
    .map((line) => line.trim())
    .join(" ")
    .trim();
  return why === "" ? null : { kind: kind as "No code" | "Not exercised", why };
}

/** A place in the sources that cites a rule. */
export interface Cite {
  readonly rule: string;
  /** relative to the repository, with forward slashes */
  readonly file: string;
  readonly line: number;
}

/** Every `cite: "…"` of a source. */
export function citesOf(file: string, text: string): Cite[] {
  return text.split("\n").flatMap((line, at) =>
    [...line.matchAll(/\bcite:\s*"([^"]+)"/g)].map(([, rule = ""]) => ({
      rule,
      file,
      line: at + 1,
    })),
  );
}
