import { describe, expect, test } from "vitest";
import { stream } from "../../../../impl/host/simulated/random.ts";

const drawn = (from: { fraction(): number }, count = 5) =>
  Array.from({ length: count }, () => from.fraction());

describe("a stream of random numbers", () => {
  test("is the same for the same seed and labels", () => {
    expect(drawn(stream(7, "link", 3))).toEqual(drawn(stream(7, "link", 3)));
  });

  test("is another for another seed, label, order or kind of label", () => {
    const streams = [
      stream(7),
      stream(8),
      stream(-7),
      stream(7 + 2 ** 32),
      stream(7, 1),
      stream(7, "1"),
      stream(7, "ab"),
      stream(7, "a", "b"),
      stream(7, "b", "a"),
    ];

    expect(new Set(streams.map((one) => one.fraction())).size).toBe(streams.length);
  });

  test("does not change when its parent draws", () => {
    const [fresh, used] = [stream(7), stream(7)];
    drawn(used, 100);

    expect(drawn(used.substream("x"))).toEqual(drawn(fresh.substream("x")));
  });

  test("spreads evenly, as do the first numbers of neighbouring streams", () => {
    const root = stream(7);
    const first = Array.from({ length: 20_000 }, (_, at) => root.substream(at).fraction());

    for (const numbers of [first, drawn(root, 20_000)]) {
      const buckets = new Array<number>(20).fill(0);
      for (const number of numbers) buckets[Math.floor(number * 20)]! += 1;
      const chi = buckets.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
      // 19 degrees of freedom: exceeded once in a thousand seeds.
      expect(chi).toBeLessThan(43.8);
    }
  });

  test("draws integers from the least to the most", () => {
    const dice = stream(7);

    const seen = new Set(Array.from({ length: 200 }, () => dice.integer(1, 6)));

    expect([...seen].sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("samples without repetition", () => {
    expect(stream(7).sample(["a", "b", "c"], 9).sort()).toEqual(["a", "b", "c"]);
  });

  test("refuses a seed that is no safe integer", () => {
    expect(() => stream(0.5)).toThrow(RangeError);
  });
});
