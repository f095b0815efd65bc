import { expect, test } from "vitest";
import { hostModule, optionalPackage } from "../../../impl/host/optional-package.ts";

const absent = (name: string) =>
  Object.assign(new Error(`Cannot find package '${name}' imported from /somewhere.js`), {
    code: "ERR_MODULE_NOT_FOUND",
  });

test("a package that is absent is asked for by name, also from below a part of the host", async () => {
  const missing = { code: "package-missing", message: expect.stringContaining("package cborg.") };

  await expect(
    optionalPackage("cborg", () => Promise.reject(absent("cborg"))),
  ).rejects.toMatchObject(missing);
  await expect(hostModule(() => Promise.reject(absent("cborg")))).rejects.toMatchObject(missing);
});

test("any other failure to load stays what it is", async () => {
  const defect = new Error("Cannot find package 'x' is what it says");

  await expect(hostModule(() => Promise.reject(defect))).rejects.toBe(defect);
  await expect(hostModule(() => Promise.resolve(1))).resolves.toBe(1);
});
