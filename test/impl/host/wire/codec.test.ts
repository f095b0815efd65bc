import { encode, rfc8949EncodeOptions } from "cborg";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HostError } from "../../../../impl/host/errors.ts";
import { decodeWire, encodeWire } from "../../../../impl/host/wire/codec.ts";
import { defaultWireLimits } from "../../../../impl/host/wire/limits.ts";
import { decodeValue, encodeValue } from "../../../../impl/host/wire/values.ts";
import type { Wire } from "../../../../impl/network/process.ts";
import { Bytes, equal, type Value } from "../../../../spec/automaton/index.ts";
import { values, wires } from "./arbitraries.ts";

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof HostError) return error.code;
    throw error;
  }
  return "none";
}

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));

describe("the wire codec", () => {
  test("gives every value back", () => {
    fc.assert(
      fc.property(wires, (wire) => void expect(decodeWire(encodeWire(wire))).toEqual(wire)),
    );
  });

  test("gives the bytes that another encoder gives", () => {
    const same = (wire: Wire) => {
      const other = encode(wire, rfc8949EncodeOptions);
      expect(Buffer.compare(encodeWire(wire), other)).toBe(0);
    };
    fc.assert(fc.property(wires, same), { numRuns: 2000 });
    const counts = [0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1];
    for (const count of counts) same([count, -count, -1 - Math.min(count, 2 ** 52)]);
    for (const length of [0, 22, 23, 24, 25, 255, 256, 65_536, 300_000]) {
      same(["x".repeat(length), "ä€😀".repeat(length), new Uint8Array(length)]);
      same({ [`${"k".repeat(length)}`]: 1, [`${"ä".repeat(length)}1`]: 2, z: 3, é: 4, "": 5 });
    }
  });

  test("gives the same bytes whatever the order of keys", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "binary" }), fc.integer()), (record) => {
        const turned = Object.fromEntries(Object.entries(record).reverse());
        expect(encodeWire(turned)).toEqual(encodeWire(record));
      }),
    );
  });

  test("keeps a leading byte order mark, short and long", () => {
    for (const length of [0, 1, 20, 21, 31, 253, 254, 70_000]) {
      const text = `\uFEFF\uFEFF${"x".repeat(length)}`;
      expect(decodeWire(encodeWire([text, { [text]: text }]))).toEqual([text, { [text]: text }]);
    }
  });

  test("takes __proto__, constructor and toString for keys like others", () => {
    const text = '{"__proto__":{"evil":true},"constructor":1,"toString":null}';
    const decoded = decodeWire(encodeWire(JSON.parse(text))) as Record<string, Wire>;
    expect(Object.keys(decoded).sort()).toEqual(["__proto__", "constructor", "toString"]);
    expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
    expect(decoded.evil).toBeUndefined();
    expect(JSON.stringify(Object.getOwnPropertyDescriptor(decoded, "__proto__")?.value)).toBe(
      '{"evil":true}',
    );
  });

  test("shares no memory with what it decoded", () => {
    for (const bytes of [encodeWire(Uint8Array.of(1, 2)), Buffer.from("420102", "hex")]) {
      const decoded = decodeWire(bytes);
      bytes.fill(0);
      expect(decoded).toEqual(Uint8Array.of(1, 2));
    }
  });

  test.each([
    ["a float", 0.5],
    ["an infinity", Number.POSITIVE_INFINITY],
    ["an integer that is not safe", 2 ** 53],
    ["half a character", "\uD800"],
    ["half a character in a key", { "\uDC00": 1 }],
    ["undefined", { a: undefined }],
    ["a bigint", 1n],
    ["a map", new Map()],
    ["a date", new Date(0)],
    ["a function", () => 1],
  ])("refuses to encode %s", (_, value) => {
    expect(codeOf(() => encodeWire([value as Wire]))).toBe("value-invalid");
  });

  test("refuses to encode a value that holds itself", () => {
    const loop: Wire[] = [];
    loop.push(loop);
    expect(codeOf(() => encodeWire(loop))).toBe("value-invalid");
    expect(codeOf(() => encodeValue(loop as Value))).toBe("value-invalid");
  });
});

describe("what is not deterministic CBOR of plain data is refused", () => {
  test.each([
    ["nothing", ""],
    ["a rest", "00 00"],
    ["an integer with a longer head", "18 17"],
    ["a text with a longer head", "78 01 61"],
    ["an array with a longer head", "98 01 00"],
    ["keys in a wrong order", "a2 61 62 00 61 61 00"],
    ["a longer key before a shorter one", "a2 62 61 61 00 61 62 00"],
    ["a key twice", "a2 61 61 00 61 61 01"],
    ["a key that is a number", "a1 00 00"],
    ["a tag", "c1 00"],
    ["a half float", "f9 3c 00"],
    ["a double", "fb 3f f0 00 00 00 00 00 00"],
    ["undefined", "f7"],
    ["a simple value", "e0"],
    ["an array of indefinite length", "9f 00 ff"],
    ["a text of indefinite length", "7f 61 61 ff"],
    ["a map of indefinite length", "bf ff"],
    ["a break", "ff"],
    ["a reserved head", "1c"],
    ["broken UTF-8", "61 80"],
    ["half a character in UTF-8", "63 ed a0 80"],
    ["an overlong character", "62 c0 80"],
    ["a cut text", "62 61"],
    ["a cut array", "82 00"],
    ["a cut map", "a1 61 61"],
    ["an integer beyond the safe ones", "1b 00 20 00 00 00 00 00 00"],
    ["a negative integer beyond the safe ones", "3b 00 1f ff ff ff ff ff ff"],
    ["the greatest integer", "1b ff ff ff ff ff ff ff ff"],
    ["an array of 2^53 items", "9b 00 20 00 00 00 00 00 00"],
    ["an array of 2^64 - 1 items", "9b ff ff ff ff ff ff ff ff"],
    ["bytes of 4 GB", "5a ff ff ff ff"],
  ])("%s", (_, text) => {
    expect(codeOf(() => decodeWire(hex(text)))).toBe("frame-malformed");
  });

  test("what is next to these is accepted", () => {
    expect(decodeWire(hex("1b 00 1f ff ff ff ff ff ff"))).toBe(Number.MAX_SAFE_INTEGER);
    expect(decodeWire(hex("3b 00 1f ff ff ff ff ff fe"))).toBe(Number.MIN_SAFE_INTEGER);
    expect(decodeWire(hex("a2 61 61 00 61 62 00"))).toEqual({ a: 0, b: 0 });
    expect(decodeWire(hex("a2 61 62 00 62 61 61 00"))).toEqual({ b: 0, aa: 0 });
    expect(decodeWire(hex("18 18"))).toBe(24);
    expect(decodeWire(hex("63 ef bf bd"))).toBe("\uFFFD");
  });
});

describe("limits", () => {
  const nested = (depth: number) =>
    Uint8Array.from({ length: depth + 1 }, (_, at) => (at < depth ? 0x81 : 0));

  test("the deepest value is accepted and one level more is not", () => {
    const { depthMax } = defaultWireLimits;
    expect(codeOf(() => decodeWire(nested(depthMax)))).toBe("none");
    expect(codeOf(() => decodeWire(nested(depthMax + 1)))).toBe("frame-malformed");
    expect(codeOf(() => encodeWire(decodeWire(nested(depthMax))))).toBe("none");
    expect(codeOf(() => encodeWire([decodeWire(nested(depthMax))]))).toBe("value-invalid");
  });

  test("siblings do not count as depth", () => {
    const wide = Array.from({ length: 500 }, () => [[[]], {}, { a: [{}] }]);
    const bytes = encodeWire(wide);
    expect(decodeWire(bytes, { ...defaultWireLimits, depthMax: 5 })).toEqual(wide);
    expect(codeOf(() => decodeWire(bytes, { ...defaultWireLimits, depthMax: 4 }))).toBe(
      "frame-malformed",
    );
  });

  test("a megabyte of nested arrays or maps is refused before it is looked at", () => {
    const limits = { ...defaultWireLimits, itemsMax: 100_000_000 };
    const arrays = nested(1_000_000);
    const maps = Uint8Array.from({ length: 1_000_000 }, (_, at) => [0xa1, 0x61, 0x61][at % 3] ?? 0);
    for (const bytes of [arrays, maps]) {
      // Of this process, since others may have the processor meanwhile.
      const before = process.cpuUsage();
      for (let round = 0; round < 100; round++) {
        expect(codeOf(() => decodeWire(bytes, limits))).toBe("frame-malformed");
      }
      const { user, system } = process.cpuUsage(before);
      // Looking at every byte takes milliseconds each, at best; a recursion overflows the stack.
      expect((user + system) / 1_000 / 100).toBeLessThan(2);
    }
  });

  test("more items than allowed are refused", () => {
    const limits = { ...defaultWireLimits, itemsMax: 4 };
    expect(codeOf(() => decodeWire(encodeWire([1, 2, 3]), limits))).toBe("none");
    expect(codeOf(() => decodeWire(encodeWire([1, 2, 3, 4]), limits))).toBe("frame-malformed");
    expect(codeOf(() => decodeWire(encodeWire({ a: 1, b: 2 }), limits))).toBe("frame-malformed");
  });

  test("more bytes than allowed are refused", () => {
    const bytes = encodeWire("x".repeat(100));
    const limits = { ...defaultWireLimits, bytesMax: bytes.length };
    expect(codeOf(() => decodeWire(bytes, limits))).toBe("none");
    expect(codeOf(() => decodeWire(bytes, { ...limits, bytesMax: bytes.length - 1 }))).toBe(
      "frame-too-large",
    );
  });
});

describe("state values", () => {
  test("come back with their Bytes", () => {
    fc.assert(
      fc.property(values, (value) => {
        const back = decodeValue(encodeValue(value));
        expect(equal(back, value)).toBe(true);
        expect(encodeValue(back)).toEqual(encodeValue(value));
      }),
    );
    expect(Bytes.is(decodeValue(encodeValue(Bytes.fromHex("0aff"))))).toBe(true);
  });

  test("have equal bytes only if they are equal", () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(Buffer.compare(encodeValue(a), encodeValue(b)) === 0).toBe(equal(a, b));
      }),
    );
  });
});

describe("any input", () => {
  /** Changes of encodings that keep most of their structure: a byte, a cut, a repeat, a splice. */
  const mutated = fc
    .tuple(wires, wires, fc.nat(), fc.nat(), fc.integer({ min: 0, max: 255 }), fc.nat({ max: 5 }))
    .map(([wire, other, one, two, byte, kind]) => {
      const bytes = Array.from(encodeWire(wire));
      const at = one % bytes.length;
      const count = 1 + (two % 4);
      const inserted = Array.from(encodeWire(other));
      if (kind === 0) bytes[at] = byte;
      else if (kind === 1) bytes.splice(at, count);
      else if (kind === 2) bytes.splice(at, 0, ...bytes.slice(at, at + count));
      else if (kind === 3) bytes.splice(at, 1, ...inserted);
      else if (kind === 4) bytes[at] = ((bytes[at] ?? 0) & 0xe0) | (byte & 0x1f);
      else return Uint8Array.from([0x82, ...bytes, ...inserted]);
      return Uint8Array.from(bytes);
    });

  test("is decoded to a value with this one encoding, or refused with a HostError", () => {
    let accepted = 0;
    const runs = 3000;
    fc.assert(
      fc.property(mutated, (bytes) => {
        let value: Wire;
        try {
          value = decodeWire(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(HostError);
          return;
        }
        accepted++;
        expect(encodeWire(value)).toEqual(bytes);
      }),
      { numRuns: runs },
    );
    expect(accepted / runs).toBeGreaterThan(0.3);
    expect(accepted / runs).toBeLessThan(0.9);
  });

  test("of random bytes throws nothing but HostError", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(["none", "frame-malformed"]).toContain(codeOf(() => decodeWire(bytes)));
      }),
      { numRuns: 3000 },
    );
  });

  test("of another encoder is accepted only where it is deterministic", () => {
    const lengthFirst = encode({ aa: 1, b: 2 });
    expect(codeOf(() => decodeWire(lengthFirst))).toBe("none");
    expect(codeOf(() => decodeWire(encode({ a: 1.5 })))).toBe("frame-malformed");
  });
});
