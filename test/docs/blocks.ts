/** A fenced block of Markdown and the marks in the comments right above it. */
export interface Block {
  /** "README.md:31": where its fence opens */
  readonly where: string;
  readonly language: string;
  readonly text: string;
  /** `<!-- run: verdict holds -->` gives run → "verdict holds"; `<!-- run -->` gives run → "" */
  readonly marks: ReadonlyMap<string, string>;
}

const MARK = /^<!--\s*([a-z-]+)(?::\s*(.*?))?\s*-->$/;

/** The fenced blocks of a Markdown text. */
export function blocksOf(file: string, markdown: string): Block[] {
  const lines = markdown.split("\n");
  const blocks: Block[] = [];
  let marks = new Map<string, string>();
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string;
    const mark = MARK.exec(line);
    const fence = /^(`{3,})(\w*)/.exec(line);
    if (mark !== null) marks.set(mark[1] as string, mark[2] ?? "");
    else if (fence !== null) {
      const [, close = "", language = ""] = fence;
      const end = lines.indexOf(close, at + 1);
      const text = `${lines.slice(at + 1, end).join("\n")}\n`;
      blocks.push({ where: `${file}:${at + 1}`, language, text, marks });
      at = end;
      marks = new Map();
    } else if (line.trim() !== "") marks = new Map();
  }
  return blocks;
}
