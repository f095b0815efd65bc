import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Folder, lamp } from "./cli.ts";

let folder: Folder;
beforeAll(async () => {
  folder = await Folder.with({
    "good.claim.mjs": lamp("good"),
    "lock.mjs": "",
    "throws.js": lamp("throws").replace("burnt: 0 }", "burnt: 1n }"),
  });
});
afterAll(() => folder.remove());

/** Every refusal: exit status 2, nothing on stdout, one sentence and a code on stderr. */
async function refusal(where: Folder, ...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await where.run(args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  return stderr;
}

describe("bad usage", () => {
  test.each([
    ["chekc", "Did you mean check?", "usage"],
    ["check --nope", "--nope", "usage"],
    ["check --tier monthly", "ci, nightly, deep", "usage"],
    ["check --order random", "breadth-first", "usage"],
    ["check --reporter xml", "pretty, json", "usage"],
    ["check --max-states banana", "--max-states is banana", "budget-invalid"],
    ["check --max-states 0", "--max-states is 0", "budget-invalid"],
    ["check --max-depth 1.5", "--max-depth is 1.5", "budget-invalid"],
    ["check --max-seconds -3", "--max-seconds is -3", "budget-invalid"],
    ["check --max-memory-mb 1e3", "--max-memory-mb is 1e3", "budget-invalid"],
    ["check --max-states", "argument missing", "usage"],
    ["check goood", "Did you mean good?", "claim-unknown"],
    ["check good@printed", "@repaired@one", "claim-unknown"],
    ["list nothing", '"nothing"', "claim-unknown"],
    ["step nothing", '"nothing"', "claim-unknown"],
    ["step", "missing required argument", "usage"],
    ["show nothing.json", "nothing.json", "counterexample-unreadable"],
    ["show good.claim.mjs", "good.claim.mjs", "counterexample-unreadable"],
    ["new nothing", "lock, two-phase-commit, claim", "template-unknown"],
  ])("%s is told", async (line, what, code) => {
    const told = await refusal(folder, ...line.split(" "));
    expect(told.toLowerCase()).toContain(what.toLowerCase());
    expect(told).toContain(`[${code}]`);
  });

  test("no command at all prints the help", async () => {
    const { status, stderr } = await folder.run([]);
    expect(status).toBe(2);
    expect(stderr).toContain("Exit status of check:");
  });

  test("--help and --version are no errors", async () => {
    expect(await folder.run(["--help"])).toMatchObject({ status: 0, stderr: "" });
    expect(await folder.run(["--version"])).toMatchObject({ status: 0, stdout: "0.1.0\n" });
  });
});

describe("a claim file", () => {
  test.each([
    ["that does not parse", "export default claim({", "claim-file-unreadable"],
    ["that throws", "throw new Error('no');", "claim-file-unreadable"],
    ["that imports what is not there", 'import "./nothing.ts";', "claim-file-unreadable"],
    ["with a malformed claim", lamp("?"), "claim-file-unreadable"],
    ["without a claim", "export const claim = 1;", "claim-file-empty"],
  ])("%s is named", async (_, text, code) => {
    const other = await Folder.with({ "a.claim.ts": text });
    const told = await refusal(other, "check");
    expect(told).toContain("a.claim.ts");
    expect(told).toContain(`[${code}]`);
    await other.remove();
  });

  test("is missing in an empty folder", async () => {
    const empty = await Folder.with();
    expect(await refusal(empty, "check")).toContain("[claim-file-missing]");
    await empty.remove();
  });

  test("must not repeat the id of another", async () => {
    const twice = await Folder.with({ "a.claim.mjs": lamp("x"), "b.claim.mjs": lamp("x") });
    expect(await refusal(twice, "list")).toContain("[claim-twice]");
    await twice.remove();
  });

  test("whose model throws gives the verdict error and exit status 2", async () => {
    const broken = await Folder.with({
      "a.claim.mjs": lamp("x").replace("burnt: 0 }", "burnt: 1.5 }"),
    });
    const { status, stdout } = await broken.run(["check"]);
    expect(status).toBe(2);
    expect(stdout).toContain("[value-not-plain]");
    await broken.remove();
  });

  test("is found through package.json, and only there when it says so", async () => {
    const configured = await Folder.with({
      "package.json": '{ "quorate": { "claims": ["good.*"] } }',
      "good.claim.mjs": lamp("good"),
      "other.claim.mjs": lamp("other"),
    });
    const { stdout } = await configured.run(["list", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject([{ id: "good", cases: [{ variant: "repaired" }] }]);
    await configured.remove();
  });
});
