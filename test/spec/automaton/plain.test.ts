import { Immer, isDraft } from "immer";
import { describe, expect, test } from "vitest";
import { tracked } from "../../../impl/host/execution/tracked.ts";
import { plain } from "../../../spec/automaton/index.ts";

interface State {
  list: { at: number }[];
}

describe("the plain value", () => {
  test("of plain data is itself", () => {
    const list = Object.freeze([{ at: 1 }]);

    expect(plain(list)).toBe(list);
    expect(plain(null)).toBeNull();
    expect(plain(undefined)).toBeUndefined();
    expect(plain("text")).toBe("text");
  });

  test("of a draft has what the effect has changed so far, and no drafts", () => {
    new Immer().produce<State>({ list: [{ at: 1 }] }, (state) => {
      state.list.push({ at: 2 });
      const list = plain(state.list);

      expect(list).toEqual([{ at: 1 }, { at: 2 }]);
      expect([list, ...list].some(isDraft)).toBe(false);
    });
  });

  test("of a live state is what is behind it, so that it may be put back in part", () => {
    const state: State = { list: [{ at: 1 }, { at: 2 }] };
    const changes: string[] = [];
    const live = tracked(state, new Set(), (field) => changes.push(field));
    expect(plain(live.list)).toBe(state.list);
    expect(changes).toEqual([]);

    live.list = plain(live.list).filter(({ at }) => at > 1);

    expect(state.list).toEqual([{ at: 2 }]);
    expect(changes).toEqual(["list"]);
  });
});
