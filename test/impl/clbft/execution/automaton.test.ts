import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type ExecutionState,
  execution,
  type Snapshot,
} from "../../../../impl/clbft/execution/automaton.ts";
import type { Batch, Request } from "../../../../impl/clbft/messages.ts";
import { type ClbftRules, REPAIRED } from "../../../../impl/clbft/rules.ts";
import { index, symbolicDigest } from "../../../../spec/automaton/index.ts";
import type { Service } from "../../../../spec/service/service.ts";
import { restartable } from "../restartable.ts";

const R = index("replica", 1);
const [C, D] = [index("client", 0), index("client", 1)];
const at = { replica: R };
const request = (t: number, op: string, client = C): Request => ({ client, t, op });

/** Appends operations; reads are "?", which changes nothing unless the journal ends with "!". */
const journal: Service<string> = {
  name: "journal",
  start: "",
  apply: (state, op) => {
    const after = op === "?" && !state.endsWith("!") ? state : state + op;
    return { state: after, result: after };
  },
  query: (state, op) => (op === "?" && !state.endsWith("!") ? state : null),
};

function replica(rules: Partial<ClbftRules> = {}, clientWindow = 2) {
  const one = restartable<ExecutionState>(
    execution({
      self: R,
      service: journal,
      digest: symbolicDigest,
      rules: { ...REPAIRED, ...rules },
      checkpointEvery: 2,
      clientWindow,
    }),
    R,
  );
  const drain = (name: string) => {
    const done: object[] = [];
    const next = () => one.enabled.find((action) => action.name === name)?.payload;
    for (let payload = next(); payload !== undefined; payload = next()) {
      one.take(name, payload);
      done.push(payload);
    }
    return done;
  };
  return {
    get state() {
      return one.state;
    },
    restart: one.restart,
    request: (asked: Request) => one.take("REQUEST", { ...at, request: asked }),
    read: (op: string, t = 9) => one.take("READ", { ...at, client: D, t, op }),
    execute: (n: number, ...batch: Batch) => one.take("EXECUTE", { ...at, n, batch }),
    stable: (n: number) => one.take("STABLE", { ...at, n, digest: "" }),
    install: (n: number, { digest, state }: Snapshot) =>
      one.take("INSTALL", { ...at, n, digest, state }),
    recover: () => one.take("RECOVER", at),
    /** What it admits, and what it vouches for. */
    admitted: () => drain("ADMIT").map((payload) => (payload as { request: Request }).request),
    checkpoints: () => drain("SEND-CHECKPOINT").map((payload) => (payload as { n: number }).n),
  };
}

const reply = (t: number, result: string, client = C) => ({
  name: "REPLY",
  payload: { ...at, client, t, result },
});
const readReply = (n: number, result: string | null) => [
  { name: "READ-REPLY", payload: { ...at, client: D, t: 9, n, result } },
];
/** A checkpoint of another replica that executed these operations, one for each number. */
function checkpointOf(...ops: string[]): Snapshot {
  const other = replica();
  ops.forEach((op, before) => {
    other.execute(before + 1, request(before + 1, op));
  });
  return other.state.snapshots[ops.length] as Snapshot;
}

describe("CLBFT.EXECUTE and CLBFT.REPLY, sections 4.1 and 4.2", () => {
  test("executes the requests of a batch in its order, and replies to each client", () => {
    const one = replica();

    expect(one.execute(1, request(1, "a"), request(1, "b", D))).toEqual([
      reply(1, "a"),
      reply(1, "ab", D),
    ]);
  });

  test("the null request does nothing", () => {
    const one = replica();
    expect(one.execute(1)).toEqual([]);
    expect(one.state).toMatchObject({ service: "", executed: 1 });
  });

  test("a timestamp is executed once, concurrent ones in any order", () => {
    const [one, mutant] = [replica(), replica({ executesOnce: false })];
    for (const each of [one, mutant]) {
      each.execute(1, request(2, "b"));
      each.execute(2, request(1, "a"));
      each.execute(3, request(2, "b"), request(1, "x"));
    }

    expect(one.state.service).toBe("ba");
    expect(mutant.state.service).toBe("babx");
  });

  test("what is a window below the highest timestamp is taken for executed", () => {
    const one = replica();
    one.execute(1, request(3, "c"));
    one.execute(2, request(1, "a"));
    expect(one.state.service).toBe("c");
    one.execute(3, request(2, "b"));
    expect(one.state.service).toBe("cb");
  });

  test("nothing with a gap before it, and nothing twice", () => {
    const one = replica();
    one.execute(2, request(2, "b"));
    expect(one.state.service).toBe("");
    one.execute(1, request(1, "a"));
    one.execute(1, request(1, "a"));
    expect(one.state.service).toBe("a");

    const mutant = replica({ executesInOrder: false });
    mutant.execute(2, request(2, "b"));
    expect(mutant.state.service).toBe("b");
  });

  test("whatever batches come, each (client, t) is executed at most once, and of a correct client each", () => {
    const asked = fc.record({ client: fc.constantFrom(C, D), t: fc.integer({ min: 1, max: 6 }) });
    fc.assert(
      fc.property(fc.array(fc.array(asked, { maxLength: 4 }), { maxLength: 8 }), (batches) => {
        const one = replica({}, 3);
        const replies = batches.flatMap((batch, before) =>
          one.execute(before + 1, ...batch.map(({ client, t }) => request(t, ".", client))),
        );
        const names = batches.flat().map(({ client, t }) => `${client} ${t}`);
        const executed = one.state.service as string;
        // Those that never fell a window behind the highest before them: a correct client's.
        const last: Record<string, number> = {};
        const correct = new Set<string>();
        for (const { client, t } of batches.flat()) {
          if (t > (last[client] ?? 0) - 3) correct.add(`${client} ${t}`);
          last[client] = Math.max(last[client] ?? 0, t);
        }
        expect(executed.length).toBe(correct.size);
        expect(executed.length).toBeLessThanOrEqual(new Set(names).size);
        expect(replies.length).toBe(executed.length);
      }),
    );
  });
});

describe("CLBFT.REQUEST", () => {
  test("what is not executed is admitted, once at a time", () => {
    const one = replica();
    one.request(request(1, "a"));
    one.request(request(1, "a"));

    expect(one.admitted()).toEqual([request(1, "a")]);
    expect(one.admitted()).toEqual([]);
  });

  test("what was executed is answered again, as long as it is in the window, and not admitted", () => {
    const one = replica();
    one.execute(1, request(1, "a"));
    expect(one.request(request(1, "a"))).toEqual([reply(1, "a")]);
    one.execute(2, request(3, "c"));
    expect(one.request(request(1, "a"))).toEqual([]);
    expect(one.admitted()).toEqual([]);
  });

  test("what is executed before agreement heard of it is not admitted any more", () => {
    const one = replica();
    one.request(request(1, "a"));
    one.execute(1, request(1, "a"));

    expect(one.admitted()).toEqual([]);
  });

  test("a timestamp far ahead is admitted: direct reads have used those between", () => {
    const one = replica();
    one.request(request(40, "a"));

    expect(one.admitted()).toEqual([request(40, "a")]);
  });
});

describe("CLBFT.CHECKPOINT and CLBFT.STABLE, section 4.3", () => {
  test("a checkpoint after each K numbers, equal wherever the same was executed", () => {
    const one = replica();
    one.execute(1, request(1, "a"));
    expect(one.checkpoints()).toEqual([]);
    one.execute(2, request(2, "b"));
    expect(one.checkpoints()).toEqual([2]);

    expect(one.state.snapshots["2"]?.digest).toBe(checkpointOf("a", "b").digest);
    expect(one.state.snapshots["2"]?.digest).not.toBe(checkpointOf("b", "a").digest);
  });

  test("the last one at or below a stable one stays, and those above", () => {
    const one = replica();
    for (const n of [1, 2, 3, 4, 5, 6]) one.execute(n, request(n, "."));
    one.stable(4);
    expect(Object.keys(one.state.snapshots)).toEqual(["4", "6"]);
    one.stable(8);
    expect(Object.keys(one.state.snapshots)).toEqual(["6"]);
  });
});

describe("CLBFT.RESTART", () => {
  test("a restart begins at the last checkpoint, and what came after it comes again", () => {
    const one = replica();
    for (const n of [1, 2, 3]) one.execute(n, request(n, "abc"[n - 1] as string));
    one.restart();
    expect(one.state).toMatchObject({ service: "ab", executed: 2 });

    expect(one.execute(2, request(2, "b"))).toEqual([]);
    expect(one.execute(3, request(3, "c"))).toEqual([reply(3, "abc")]);
  });

  test("a checkpoint that nobody was told of is told when its number comes again", () => {
    const one = replica();
    for (const n of [1, 2]) one.execute(n, request(n, "."));
    one.restart();
    expect(one.checkpoints()).toEqual([]);
    one.execute(2, request(2, "."));
    expect(one.checkpoints()).toEqual([2]);
  });

  test("before the first checkpoint it begins at the start", () => {
    const one = replica();
    one.execute(1, request(1, "a"));
    one.restart();

    expect(one.state).toMatchObject({ service: "", executed: 0, clients: {} });
  });
});

describe("CLBFT.INSTALL", () => {
  test("a later state is taken over, with what clients asked for, and kept as a checkpoint", () => {
    const one = replica();
    one.request(request(1, "a"));
    one.install(2, checkpointOf("a", "b"));

    expect(one.state).toMatchObject({ service: "ab", executed: 2, admitted: [] });
    expect(one.request(request(2, "b"))).toEqual([reply(2, "ab")]);
    one.restart();
    expect(one.state.service).toBe("ab");
  });

  test("an earlier one is not", () => {
    const one = replica();
    for (const n of [1, 2, 3]) one.execute(n, request(n, "x"));
    one.install(2, checkpointOf("a", "b"));

    expect(one.state.service).toBe("xxx");
  });
});

describe("CLBFT.RECOVER", () => {
  test("nothing is executed, answered, admitted or vouched for until a state is installed", () => {
    const one = replica();
    for (const n of [1, 2]) one.execute(n, request(n, "x"));
    one.recover();

    expect(one.request(request(1, "x"))).toEqual([]);
    expect(one.request(request(3, "y"))).toEqual([]);
    expect(one.read("?")).toEqual([]);
    expect(one.execute(3, request(3, "y"))).toEqual([]);
    expect([...one.admitted(), ...one.checkpoints()]).toEqual([]);
    expect(one.state.service).toBe("xx");
  });

  test("a corrupt state is replaced, whatever its number, and what follows is executed again", () => {
    const one = replica();
    for (const n of [1, 2, 3, 4]) one.execute(n, request(n, "x"));
    one.recover();
    one.restart();
    expect(one.state.recovering).toBe(true);
    one.install(2, checkpointOf("a", "b"));

    expect(one.state).toMatchObject({ recovering: false, service: "ab", executed: 2 });
    expect(Object.keys(one.state.snapshots)).toEqual(["2"]);
    expect(one.execute(3, request(3, "c"))).toEqual([reply(3, "abc")]);
  });
});

describe("CLBFT.READ, section 5.1", () => {
  test("an operation that changes nothing is answered from the state, and executes nothing", () => {
    const one = replica();
    one.execute(1, request(1, "a"));

    expect(one.read("?")).toEqual(readReply(1, "a"));
    expect(one.state).toMatchObject({ service: "a", executed: 1 });
    expect(one.state.clients[D]).toBeUndefined();
  });

  test("one that may change something is refused, be it in this state only", () => {
    const one = replica();
    expect(one.read("a")).toEqual(readReply(0, null));
    one.execute(1, request(1, "!"));
    expect(one.read("?")).toEqual(readReply(1, null));
  });

  test("a replica that restarts answers no read before it is where it was", () => {
    const [one, mutant] = [replica(), replica({ readsNeverGoBack: false })];
    for (const each of [one, mutant]) {
      each.execute(1, request(1, "a"));
      each.restart();
    }

    expect(mutant.read("?")).toEqual(readReply(0, ""));
    expect(one.read("?")).toEqual([]);
    one.execute(1, request(1, "a"));
    expect(one.read("?")).toEqual(readReply(1, "a"));
  });
});
