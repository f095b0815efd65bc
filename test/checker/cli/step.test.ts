import { afterAll, beforeAll, expect, test } from "vitest";
import { Folder, lamp } from "./cli.ts";

let folder: Folder;
beforeAll(async () => {
  folder = await Folder.with({ "lamp.claim.mjs": lamp("lamp", { burns: 3 }) });
});
afterAll(() => folder.remove());

test("quorate step takes steps, says what changed and why an action is disabled", async () => {
  const commands = ["1", "1", "why burn", "1", "why burn", "undo", "state", "7", "dance", "reset"];
  const { status, stdout } = await folder.run(["step", "lamp"], `${commands.join("\n")}\nquit\n`);
  expect(status).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
    "lamp@repaired@one: A lamp burns two steps at most.

    lamp: { burnt: 0 }
    1  burn  by lamp
    > took burn  by lamp
      lamp.burnt: 0 → 1
    1  burn  by lamp
    > took burn  by lamp
      lamp.burnt: 1 → 2
    1  burn  by lamp
    > burn is enabled
    > took burn  by lamp
      lamp.burnt: 2 → 3
    this violates "two at most"
    No action is enabled. undo, reset or quit.
    > burn is disabled: not left
    > went back to
    lamp: { burnt: 2 }
    1  burn  by lamp
    > lamp: { burnt: 2 }
    1  burn  by lamp
    > There is no 7.
    1  burn  by lamp
    > "dance" is no command.
    <number>      take the action of that number
    why <action>  what is offered of an action but disabled, and which clauses fail
    state         the whole state
    undo          take the last step back
    reset         go back to the start
    quit          leave
    > lamp: { burnt: 0 }
    1  burn  by lamp
    > "
  `);
});

test("quorate step ends with its input", async () => {
  expect(await folder.run(["step", "lamp@repaired@one"], "1\n")).toMatchObject({ status: 0 });
});
