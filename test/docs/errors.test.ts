import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { hostErrorCodes } from "../../impl/host/errors.ts";
import { errorCodes } from "../../spec/automaton/errors.ts";

const text = await readFile(new URL("../../docs/errors.md", import.meta.url), "utf8");

test("docs/errors.md has a section for each error code, and no other", () => {
  const documented = [...text.matchAll(/^### `([\w-]+)`$/gm)].map(([, code]) => code);

  const known = new Set([...Object.keys(errorCodes), ...Object.keys(hostErrorCodes)]);
  expect(documented.sort()).toEqual([...known].sort());
});

test("each section says when the error occurs and what to do", () => {
  const sections = text.split(/^### /m).slice(1);

  const empty = sections.filter(
    (section) => !/\*\*Do:\*\* \S/.test(section) || section.length < 80,
  );
  expect(empty).toEqual([]);
});
