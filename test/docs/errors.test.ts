import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { errorCodes } from "../../spec/automaton/errors.ts";

const text = await readFile(new URL("../../docs/errors.md", import.meta.url), "utf8");

test("docs/errors.md has a section for each error code, and no other", () => {
  const documented = [...text.matchAll(/^### `([\w-]+)`$/gm)].map(([, code]) => code);

  expect(documented.sort()).toEqual(Object.keys(errorCodes).sort());
});

test("each section says when the error occurs and what to do", () => {
  const sections = text.split(/^### /m).slice(1);

  const empty = sections.filter(
    (section) => !/\*\*Do:\*\* \S/.test(section) || section.length < 80,
  );
  expect(empty).toEqual([]);
});
