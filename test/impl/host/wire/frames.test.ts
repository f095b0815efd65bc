import fc from "fast-check";
import { expect, test } from "vitest";
import { HostError } from "../../../../impl/host/errors.ts";
import { FRAME_HEAD_BYTES, FrameSplitter, frameOf } from "../../../../impl/host/wire/frames.ts";

const payloads = fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 8 });

test("a stream gives the payloads back however it is chopped", () => {
  fc.assert(
    fc.property(payloads, fc.array(fc.integer({ min: 1, max: 700 })), (sent, cuts) => {
      const stream = Buffer.concat(sent.map(frameOf));
      const splitter = new FrameSplitter(3000);
      const got: Uint8Array[] = [];
      for (let at = 0, cut = 0; at < stream.length; cut++) {
        const size = cuts.length === 0 ? stream.length : (cuts[cut % cuts.length] ?? 1);
        // A chunk that is overwritten later, as a socket's buffer may be.
        const chunk = Uint8Array.from(stream.subarray(at, at + size));
        got.push(...splitter.push(chunk).map((payload) => payload.slice()));
        chunk.fill(0xee);
        at += size;
      }
      expect(got).toEqual(sent.map((payload) => Uint8Array.from(payload)));
      expect(splitter.heldBytes).toBe(0);
    }),
  );
});

test("a stream of single bytes is split", () => {
  const splitter = new FrameSplitter(10);
  const stream = Buffer.concat([frameOf(Uint8Array.of(1, 2)), frameOf(new Uint8Array(0))]);
  const got = [...stream].flatMap((byte) => splitter.push(Uint8Array.of(byte)));
  expect(got).toEqual([Uint8Array.of(1, 2), new Uint8Array(0)]);
});

test("earlier payloads stay as they are while later ones come", () => {
  const splitter = new FrameSplitter(5000);
  const [one, two] = [frameOf(new Uint8Array(5000).fill(1)), frameOf(new Uint8Array(5000).fill(2))];
  splitter.push(one.subarray(0, 100));
  const [first] = splitter.push(one.subarray(100));
  splitter.push(two.subarray(0, 4000));
  splitter.push(two.subarray(4000));
  expect(first?.every((byte) => byte === 1)).toBe(true);
});

test("a frame of the largest size passes and a larger one is refused with its head", () => {
  expect(new FrameSplitter(300).push(frameOf(new Uint8Array(300)))).toHaveLength(1);
  const refused = () => new FrameSplitter(300).push(frameOf(new Uint8Array(301)).subarray(0, 4));
  expect(refused).toThrow(expect.objectContaining({ code: "frame-too-large" }));
  expect(refused).toThrow(HostError);
  expect(() => new FrameSplitter(300).push(new Uint8Array(4).fill(0xff))).toThrow(/4294967295/);
});

test("it holds no more than came, and no more than a frame", () => {
  const splitter = new FrameSplitter(1000);
  const frame = frameOf(new Uint8Array(1000));
  for (let at = 0; at < frame.length - 1; at++) {
    splitter.push(frame.subarray(at, at + 1));
    expect(splitter.heldBytes).toBe(at + 1);
  }
  expect(splitter.heldBytes).toBe(1000 - 1 + FRAME_HEAD_BYTES);
});

test("a large frame in small chunks takes linear time", () => {
  const timed = (bytes: number) => {
    const frame = frameOf(new Uint8Array(bytes));
    const splitter = new FrameSplitter(bytes);
    const started = performance.now();
    for (let at = 0; at < frame.length; at += 64) splitter.push(frame.subarray(at, at + 64));
    return performance.now() - started;
  };
  timed(1_000_000);
  // Copying everything at each of the 250,000 chunks would move 2 TB.
  expect(timed(16_000_000)).toBeLessThan(5000);
});
