import { expect, test } from "vitest";
import { InOrder } from "../../../checker/cli/in-order.ts";

test("what a later work gives waits until the earlier ones have finished", () => {
  const passed: string[] = [];
  const order = new InOrder<string>((one) => passed.push(one));
  order.add(1, "b1");
  order.add(0, "a1");
  order.finish(1);
  order.add(2, "c1");
  expect(passed).toEqual(["a1"]);

  order.add(0, "a2");
  order.finish(0);
  expect(passed).toEqual(["a1", "a2", "b1", "c1"]);
  order.add(2, "c2");
  expect(passed.at(-1)).toBe("c2");
});

test("nothing that was given is lost when works are broken off", () => {
  const passed: string[] = [];
  const order = new InOrder<string>((one) => passed.push(one));
  order.add(2, "c");
  order.add(1, "b");
  order.flush();
  expect(passed).toEqual(["b", "c"]);
});
