import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readRecord } from "../../../checker/trace/record.ts";
import { Bytes, equal, QuorateError } from "../../../spec/automaton/index.ts";
import { recordLine } from "../../../spec/automaton/record-line.ts";
import { HEADER, textOf } from "./recording.ts";

const key = fc.oneof(fc.string(), fc.constantFrom("$bytes", "$$bytes", "__proto__", "bytes"));
const { value } = fc.letrec((again) => ({
  value: fc.oneof(
    { depthSize: "small", maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.string({ unit: "binary" }),
    fc.constantFrom("hex:00", "h'00'"),
    fc.uint8Array({ maxLength: 4 }).map((bytes) => Bytes.from(bytes)),
    fc.array(again("value"), { maxLength: 3 }),
    fc.dictionary(key, again("value"), { maxKeys: 2, noNullPrototype: false }),
  ),
}));

const GOOD = recordLine(1.5, "object#'x'", { name: "GO", payload: { n: 1 } });
const HEAD = JSON.stringify(HEADER);
const read = (...lines: readonly string[]) => readRecord("run.ndjson", lines.join("\n"));

describe("a record", () => {
  test("gives back every value as it was, bytes and what looks like bytes too", () => {
    fc.assert(
      fc.property(value, (one) => {
        const entry = { unit: "u", action: { name: "GO", payload: { one } } };
        const [event] = readRecord("run.ndjson", textOf([entry])).events;

        expect(equal(Object(event).action.payload, { one })).toBe(true);
      }),
      { numRuns: 1000, seed: 3 },
    );
  });

  test("has a header, actions and restarts, each with the line that it stands on", () => {
    const { header, events, cutOff } = read(HEAD, GOOD, "", '{"event":"restart"}', GOOD, "");

    expect(header).toEqual(HEADER);
    expect(events.map(({ kind, line }) => [kind, line])).toEqual([
      ["action", 2],
      ["restart", 4],
      ["action", 5],
    ]);
    expect(cutOff).toBe(0);
  });

  test("may be cut off in its last line", () => {
    const { events, cutOff } = read(HEAD, GOOD, GOOD.slice(0, 20));

    expect([events.length, cutOff]).toEqual([1, 1]);
  });

  test.each([
    ["in the same line", [`${GOOD.slice(0, 20)}{"event":"restart"}`]],
    ["in the next line", [GOOD.slice(0, 20), '{"event":"restart"}']],
  ])("may be cut off where the process restarts %s", (_, lines) => {
    const { events, cutOff } = read(HEAD, GOOD, ...lines, GOOD, "");

    expect(events.map(({ kind }) => kind)).toEqual(["action", "restart", "action"]);
    expect(cutOff).toBe(1);
  });
});

describe("a record is refused, with the line,", () => {
  test.each([
    ["that is empty", [""], "there is no header"],
    ["whose header is cut off", [HEAD.slice(0, 9)], "line 1: it is not JSON"],
    ["without header", [GOOD, ""], 'line 1: a record starts with {"quorate":1'],
    ["of no protocol", ['{"quorate":1,"process":"replica#0"}', ""], "names no protocol"],
    ["of no process", ['{"quorate":1,"protocol":"x","process":"me"}', ""], "names no process"],
    ["broken in the middle", [HEAD, GOOD.slice(0, 20), GOOD, ""], "line 2: it is not JSON"],
    ["whose last line ends but is broken", [HEAD, "{", ""], "line 2: it is not JSON"],
    ["with a line that is no record", [HEAD, "[1]", ""], "line 2: it is no record"],
    ["without time", [HEAD, GOOD.replace('"at":1.5,', ""), ""], "line 2: `at` is no number"],
    ["without unit", [HEAD, GOOD.replace("unit", "unite"), ""], "line 2: `unit` is no string"],
    ["without action", [HEAD, GOOD.replace("action", "act"), ""], "`action` is no string"],
    ["without payload", [HEAD, GOOD.replace('{"n":1}', "1"), ""], "`payload` is no record"],
    ["with a fraction", [HEAD, GOOD.replace('"n":1', '"n":0.5'), ""], "0.5 is no safe integer"],
    ["with odd bytes", [HEAD, GOOD.replace('"n":1', '"$bytes":"0"'), ""], "hexadecimal"],
    ["with another event", [HEAD, '{"event":"nap"}', ""], '"nap" is no event'],
  ])("%s", (_, lines, what) => {
    const reading = () => read(...lines);

    expect(reading).toThrow(QuorateError);
    expect(reading).toThrow(what);
    expect(reading).toThrow("[record-unreadable]");
  });
});
