import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadService } from "../../../../impl/host/real/load-service.ts";
import { counter } from "../../../../impl/services/counter.ts";
import { blocksOf } from "../../../docs/blocks.ts";
import { Driven } from "../../atomic-multicast/hosted/driven.ts";

const GUIDE = fileURLToPath(new URL("../../../../docs/guides/running.md", import.meta.url));

let folder: string;
let config: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "quorate-service-"));
  config = join(folder, "quorate.json");
  const blocks = blocksOf("running.md", await readFile(GUIDE, "utf8"));
  const auction = blocks.find(({ marks }) => marks.get("file") === "auction.ts");
  await writeFile(join(folder, "auction.ts"), auction?.text ?? "");
  await writeFile(
    join(folder, "default.mjs"),
    'export default { name: "d", start: 0, apply() {} };',
  );
  await writeFile(join(folder, "half.mjs"), 'export const service = { name: "half", start: 0 };');
  await writeFile(join(folder, "broken.mjs"), "throw new Error('on purpose');");
});
afterAll(() => rm(folder, { recursive: true }));

describe("a service that a configuration names", () => {
  test("is a built-in by its name", async () => {
    expect(await loadService("counter", config)).toBe(counter);
  });

  test("is what a module beside the configuration exports: the guide's auction runs", async () => {
    const service = await loadService("./auction.ts", config);
    const driven = await Driven.start(service);

    expect(await driven.invoke("bid 5")).toBe("client#0 leads with 5");
    expect(await driven.invoke("bid 7", "client#1")).toBe("client#1 leads with 7");
    expect(await driven.invoke("bid 6")).toBe("client#1 leads with 7");
    expect(await driven.invoke("what?")).toBe("client#1 leads with 7");
  });

  test("may be the module's default export", async () => {
    expect(await loadService("./default.mjs", config)).toMatchObject({ name: "d" });
  });

  test.each([
    ["countr", "Did you mean counter?"],
    ["./missing.mjs", "does not load"],
    ["./broken.mjs", "on purpose"],
    ["./half.mjs", "exports no `service`"],
  ])("is refused with a reason: %s", async (name, why) => {
    const loaded = loadService(name, config);

    await expect(loaded).rejects.toMatchObject({ code: "service-unknown" });
    await expect(loaded).rejects.toThrow(why);
  });
});
