import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type ClientState,
  clbftClient,
  hasRoom,
  nextTimestamp,
} from "../../../impl/clbft/client-automaton.ts";
import { index } from "../../../spec/automaton/index.ts";
import { restartable } from "./restartable.ts";

const C = index("client", 0);
const at = { client: C };

function client(window = 2) {
  const one = restartable<ClientState>(clbftClient({ self: C, window }), C);
  return {
    get state() {
      return one.state;
    },
    get returns() {
      return one.enabled.map(({ payload }) => payload);
    },
    restart: one.restart,
    invoke: (t: number, op: string) => one.take("INVOKE", { ...at, t, op }),
    invokeRead: (t: number, op: string) => one.take("INVOKE-READ", { ...at, t, op }),
    replies: (t: number, result: string) => one.take("REPLIES", { ...at, t, result }),
    readReplies: (t: number, result: string) => one.take("READ-REPLIES", { ...at, t, result }),
    retry: (t: number) => one.take("RETRY", { ...at, t }),
    answered: (t: number, result: string) => one.take("RETURN", { ...at, t, result }),
  };
}

const sent = (t: number, op: string) => [{ name: "SEND-REQUEST", payload: { ...at, t, op } }];
const asked = (t: number, op: string) => [{ name: "SEND-READ", payload: { ...at, t, op } }];

describe("CLBFT.REQUEST at a client, section 4.1 and appendix B of paper W", () => {
  test("several requests are under way, as far apart as the window allows", () => {
    const one = client();
    expect(one.invoke(1, "a")).toEqual(sent(1, "a"));
    expect(one.invoke(2, "b")).toEqual(sent(2, "b"));
    expect(hasRoom(one.state, 2)).toBe(false);
    expect(one.invoke(3, "c")).toEqual([]);

    // Timestamp 1 is under way: there is no room for 3, whatever else has returned.
    one.replies(2, "B");
    one.answered(2, "B");
    expect(hasRoom(one.state, 2)).toBe(false);
    one.replies(1, "A");
    one.answered(1, "A");
    expect(one.invoke(3, "c")).toEqual(sent(3, "c"));
  });

  test("no timestamp is used twice, not by a restart either", () => {
    const one = client();
    one.invoke(1, "a");
    one.replies(1, "A");
    one.answered(1, "A");
    one.restart();

    expect(nextTimestamp(one.state)).toBe(2);
    expect(one.invoke(1, "b")).toEqual([]);
  });

  test("timestamps under way lie within the window, whatever users ask", () => {
    const window = 3;
    const step = fc.record({ t: fc.integer({ min: 1, max: 9 }), ends: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const one = client(window);
        for (const { t, ends } of steps) {
          if (!ends) one.invoke(t, "x");
          else if (one.state.outstanding[t]?.at === "ordered") {
            one.replies(t, "X");
            one.answered(t, "X");
          }
          const under = Object.keys(one.state.outstanding).map(Number);
          if (under.length > 0) {
            expect(Math.max(...under) - Math.min(...under)).toBeLessThan(window);
          }
        }
      }),
    );
  });
});

describe("CLBFT.RETURN and CLBFT.RETRY", () => {
  test("the result that a quorum replied is returned, once, of any request under way", () => {
    const one = client();
    one.invoke(1, "a");
    one.invoke(2, "b");
    one.replies(2, "B");

    expect(one.returns).toEqual([{ ...at, t: 2, result: "B" }]);
    one.answered(2, "B");
    one.replies(2, "again");
    expect(one.returns).toEqual([]);
  });

  test("a request is sent again under its timestamp while it waits, and by a restart", () => {
    const one = client();
    one.invoke(1, "a");
    expect(one.retry(1)).toEqual(sent(1, "a"));
    expect(one.restart()).toEqual(sent(1, "a"));
    one.replies(1, "A");
    expect(one.retry(1)).toEqual([]);
    expect(one.restart()).toEqual([]);
    expect(one.returns).toEqual([{ ...at, t: 1, result: "A" }]);
  });
});

describe("CLBFT.READ at a client, section 5.1", () => {
  test("a read is asked directly, and shares timestamps and window with requests", () => {
    const one = client();
    expect(one.invokeRead(1, "?")).toEqual(asked(1, "?"));
    expect(one.invoke(2, "b")).toEqual(sent(2, "b"));
    expect(one.invokeRead(3, "?")).toEqual([]);
    one.readReplies(1, "x");
    expect(one.returns).toEqual([{ ...at, t: 1, result: "x" }]);
  });

  test("one that no quorum answers is ordered, under the same timestamp", () => {
    const one = client();
    one.invokeRead(1, "?");

    expect(one.retry(1)).toEqual(sent(1, "?"));
    one.replies(1, "X");
    expect(one.returns).toEqual([{ ...at, t: 1, result: "X" }]);
  });

  test("once it is ordered, answers to the read count no more, not after a restart either", () => {
    const one = client();
    one.invokeRead(1, "?");
    one.retry(1);
    one.readReplies(1, "x");
    expect(one.returns).toEqual([]);
    expect(one.restart()).toEqual(sent(1, "?"));
    one.readReplies(1, "x");
    expect(one.returns).toEqual([]);
  });

  test("a read that was not ordered is asked again by a restart", () => {
    const one = client();
    one.invokeRead(1, "?");
    expect(one.restart()).toEqual(asked(1, "?"));
    one.replies(1, "forged");
    expect(one.returns).toEqual([]);
  });
});
