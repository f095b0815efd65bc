import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { runReplay } from "../../../checker/cli/replay.ts";
import { recordLine } from "../../../spec/automaton/record-line.ts";
import { Folder } from "./cli.ts";

/** A lamp that shines once each time that it is lit. */
const PROTOCOL = `
import { automaton } from "quorate";

const lamp = (unit) => automaton("lamp", {
  start: { lit: false },
  transitions: {
    LIGHT: { kind: "input", at: { lamp: unit }, effect: (state) => { state.lit = true; } },
    SHINE: {
      kind: "output",
      at: { lamp: unit },
      when: { lit: ({ lit }) => lit },
      effect: (state) => { state.lit = false; },
    },
  },
});

export const protocol = {
  automata: (process, unit, { colour }) => {
    if (!unit.startsWith("lamp#") || process !== "room#0" || colour !== "red") {
      throw new RangeError("there is no such lamp");
    }
    return { lamp: lamp(unit) };
  },
};
`;

const HEADER = '{"quorate":1,"protocol":"lamps","process":"room#0","colour":"red"}';
const line = (name: string, at: number, unit = `lamp#${at}`) =>
  recordLine(0, unit, { name, payload: { lamp: unit } });
const LIT = [HEADER, line("LIGHT", 0), line("LIGHT", 1), line("SHINE", 1), line("SHINE", 0)];
const record = (...lines: readonly string[]) => `${lines.join("\n")}\n`;

let folder: Folder;
beforeAll(async () => {
  folder = await Folder.with({
    "lamps.mjs": PROTOCOL,
    "good.ndjson": record(...LIT),
    "cut.ndjson": record(...LIT).slice(0, -9),
    "twice.ndjson": record(...LIT, line("SHINE", 1)),
    "broken.ndjson": record(HEADER, "{", ...LIT.slice(1)),
    "foreign.ndjson": record(HEADER, line("LIGHT", 0, "door#0")),
    "sneaky.ndjson": record(HEADER.replace("lamps", "../../lamps.mjs"), ...LIT.slice(1)),
    "header.ndjson": record(HEADER),
    "empty.mjs": "export const other = 1;",
  });
});
afterAll(() => folder.remove());
afterEach(() => {
  vi.restoreAllMocks();
});

/** Runs the command in this process, where the sources are, and blanks the folder out. */
async function replaying(files: readonly string[], flags: Record<string, string | boolean> = {}) {
  const printed: string[] = [];
  vi.spyOn(console, "log").mockImplementation((text: string) => printed.push(text));
  const protocol = { protocol: folder.path("lamps.mjs"), ...flags };
  const status = await runReplay(
    files.map((file) => folder.path(file)),
    protocol,
  );
  const blank = folder.path("").replace(/\/?$/, "/");
  return { status, printed: printed.map((text) => text.replaceAll(blank, "")) };
}

describe("quorate replay", () => {
  test("accepts a run of the automata, its units interleaved", async () => {
    expect(await replaying(["good.ndjson"])).toEqual({
      status: 0,
      printed: ["good.ndjson: 4 actions of 2 units accepted"],
    });
  });

  test("leaves out a last line that is cut off, and says so", async () => {
    expect(await replaying(["cut.ndjson"])).toEqual({
      status: 0,
      printed: ["cut.ndjson: 3 actions of 2 units accepted\n  (1 cut-off line left out)"],
    });
  });

  test("tells the first action that is none of the automata's, of each record", async () => {
    const { status, printed } = await replaying(["twice.ndjson", "good.ndjson"]);

    expect(status).toBe(1);
    expect(printed.join("\n")).toMatchInlineSnapshot(`
      "twice.ndjson: line 6, lamp#1: SHINE(lamp: lamp#1) is not what the automata do
        lamp: clause "lit" is false
          lit: false
        with up to 3 internal steps before it
        no output or internal action is enabled there
        4 actions before it accepted
      good.ndjson: 4 actions of 2 units accepted"
    `);
  });

  test("accepts a record without actions", async () => {
    const { status, printed } = await replaying(["header.ndjson"]);

    expect([status, printed]).toEqual([0, ["header.ndjson: 0 actions of 0 units accepted"]]);
  });

  test("--json prints one verdict a line", async () => {
    const { status, printed } = await replaying(["twice.ndjson", "good.ndjson"], { json: true });

    expect(status).toBe(1);
    expect(printed.map((text) => JSON.parse(text))).toMatchObject([
      { file: "twice.ndjson", verdict: "mismatch", line: 6, reason: "not-enabled", leaf: "lamp" },
      { file: "good.ndjson", verdict: "accepted", actions: 4, units: 2 },
    ]);
  });

  test.each([
    ["missing.ndjson", {}, "missing.ndjson: ENOENT", "record-unreadable"],
    ["broken.ndjson", {}, "line 2: it is not JSON", "record-unreadable"],
    ["lamps.mjs", {}, "line 2: it is not JSON", "record-unreadable"],
    ["foreign.ndjson", {}, "lamps has no unit door#0: there is no such lamp", "record-unreadable"],
    ["good.ndjson", { maxInternal: "many" }, "--max-internal is many", "usage"],
    ["good.ndjson", { maxLost: "-1" }, "--max-lost is -1", "usage"],
    ["good.ndjson", { protocol: "lamps" }, '"lamps" is not there', "protocol-unknown"],
    ["good.ndjson", { protocol: "../lamps" }, "is no name of a protocol", "protocol-unknown"],
    ["good.ndjson", { protocol: "missing.mjs" }, "does not load", "protocol-unknown"],
  ])("refuses %s with %j", async (file, flags, what, code) => {
    const refused = replaying([file], flags);

    await expect(refused).rejects.toThrow(what);
    await expect(refused).rejects.toThrow(`[${code}]`);
  });

  test("refuses a file that exports no protocol", async () => {
    const refused = replaying(["good.ndjson"], { protocol: folder.path("empty.mjs") });

    await expect(refused).rejects.toThrow("exports no `protocol`");
  });

  test("never loads a file that a record names", async () => {
    const refused = runReplay([folder.path("sneaky.ndjson")], {});

    await expect(refused).rejects.toThrow('"../../lamps.mjs" is no name of a protocol');
  });

  test("is a command, whose exit status says what came of it", async () => {
    const args = (file: string) => ["replay", file, "--protocol", "lamps.mjs"];

    expect(await folder.run(args("good.ndjson"))).toMatchObject({ status: 0, stderr: "" });
    expect(await folder.run(args("twice.ndjson"))).toMatchObject({ status: 1, stderr: "" });
    const broken = await folder.run(args("broken.ndjson"));
    expect(broken).toMatchObject({ status: 2, stdout: "" });
    expect(broken.stderr).toContain("[record-unreadable]");
  });
});
