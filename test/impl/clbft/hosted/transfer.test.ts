import { describe, expect, test } from "vitest";
import {
  type Chunk,
  childrenOf,
  chunkCharsOf,
  textOf,
  treeOf,
} from "../../../../impl/clbft/hosted/transfer/tree.ts";
import {
  CHUNKS_AT_ONCE,
  type ChunkMessage,
  decodeTransfer,
} from "../../../../impl/clbft/hosted/transfer/wire.ts";
import type { Checkpoint, ServiceState } from "../../../../impl/clbft/messages.ts";
import { shaped } from "../../../../impl/network/shape.ts";
import { canonical } from "../../../../spec/automaton/index.ts";
import { CHUNK_CHARS, digest, GROUP, stateOf, World } from "./transfer-world.ts";

const HASH = "a".repeat(64);

describe("the tree of a state", () => {
  test("is one chunk where that is enough, and has levels where it is not", () => {
    const small = treeOf("short", CHUNK_CHARS, digest);
    expect([...small.chunks.values()]).toEqual([{ level: 0, text: "short" }]);

    const large = treeOf(canonical(stateOf(20_000)), CHUNK_CHARS, digest);
    expect(large.chunks.get(large.digest)?.level).toBeGreaterThan(2);
    for (const { text } of large.chunks.values()) {
      expect(text.length).toBeLessThanOrEqual(CHUNK_CHARS);
    }
  });

  test("gives the text back, and cuts no character in two", () => {
    const text = canonical(stateOf(5_000));
    const { digest: root, chunks } = treeOf(text, CHUNK_CHARS, digest);

    expect(textOf(root, chunks)).toBe(text);
    for (const chunk of chunks.values()) expect(chunk.text.isWellFormed()).toBe(true);
  });

  test("has a root that commits to every chunk, its level and its place", () => {
    const text = "abcdefgh".repeat(100);
    const { digest: root } = treeOf(text, CHUNK_CHARS, digest);
    const [first, second] = [text.slice(0, CHUNK_CHARS), text.slice(CHUNK_CHARS)];

    expect(treeOf(`${second}${first}x`, CHUNK_CHARS, digest).digest).not.toBe(root);
    expect(treeOf(`${text.slice(0, -1)}x`, CHUNK_CHARS, digest).digest).not.toBe(root);
    const upper = treeOf(text, CHUNK_CHARS, digest).chunks.get(root) as Chunk;
    // The same text as a state of its own is another tree.
    expect(treeOf(upper.text, CHUNK_CHARS, digest).digest).not.toBe(root);
  });

  test("has chunks that fit into a message, whatever its characters are", () => {
    for (const messageBytes of [8 * 1024, 1024 * 1024]) {
      expect(3 * chunkCharsOf(messageBytes)).toBeLessThan(messageBytes - 256);
    }
  });
});

describe("messages of a transfer", () => {
  const decode = (message: Parameters<typeof decodeTransfer>[1]) =>
    shaped(() => decodeTransfer(Object(message).type, message, CHUNK_CHARS));

  test("are taken as they are sent", () => {
    for (const message of [
      { type: "FETCH", of: HASH, chunks: [HASH] },
      { type: "CHUNK", digest: HASH, level: 1, text: "x" },
      { type: "GONE", of: HASH },
    ]) {
      expect(decode(message)).toEqual(message);
    }
  });

  test.each([
    { type: "FETCH", of: HASH, chunks: [] },
    { type: "FETCH", of: HASH, chunks: Array(CHUNKS_AT_ONCE + 1).fill(HASH) },
    { type: "FETCH", of: HASH, chunks: ["A".repeat(64)] },
    { type: "FETCH", of: "", chunks: [HASH] },
    { type: "CHUNK", digest: HASH, level: -1, text: "x" },
    { type: "CHUNK", digest: HASH, level: 99, text: "x" },
    { type: "CHUNK", digest: HASH, level: 0, text: "x".repeat(CHUNK_CHARS + 1) },
    { type: "GONE", of: HASH, more: 1 },
  ])("are refused where they are misshapen: %j", (message) => {
    expect(decode(message)).toHaveProperty("refused");
  });
});

/** A world in which all but replica#3 are at a checkpoint, which it learns of. */
function lagging(state: ServiceState, n = 8) {
  const world = new World();
  const [checkpoint] = [0, 1, 2].map((at) => world.node(at).checkpoint(n, state));
  const late = world.node(3);
  const learn = (one: Checkpoint = checkpoint as Checkpoint) =>
    late.transfer.certified(one, GROUP.slice(0, 3), late.host);
  return { world, late, learn, checkpoint: checkpoint as Checkpoint };
}

const LARGE = stateOf(20_000);
const isDone = ({ late }: ReturnType<typeof lagging>) => late.installed.length > 0;
const chunksIn = (world: World) => world.sent.filter(({ message }) => message.type === "CHUNK");

describe("a replica that lags behind", () => {
  test("fetches a state that is larger than a message, chunk by chunk", () => {
    const run = lagging(LARGE);
    run.learn();
    run.world.run(() => isDone(run));

    expect(run.late.installed).toEqual([{ checkpoint: run.checkpoint, state: LARGE }]);
    expect(chunksIn(run.world).length).toBeGreaterThan(80);
    expect(new Set(chunksIn(run.world).map(({ from }) => from)).size).toBe(1);
    expect(run.late.transfer.status()).toEqual({ fetching: 0, liars: "" });
  });

  test("fetches nothing if execution gets there by itself", () => {
    const run = lagging(LARGE);
    run.learn();
    run.world.after(5, () => {
      run.late.executed = 8;
      run.late.transfer.progressed(run.late.host);
    });
    run.world.run(() => false, 1_000);

    expect(run.world.sent).toEqual([]);
  });

  test("waits while execution goes on, and fetches when it stands still", () => {
    const run = lagging(LARGE);
    run.learn();
    for (let step = 1; step <= 5; step += 1) {
      run.world.after(15 * step, () => {
        run.late.executed += 1;
      });
    }
    run.world.run(() => run.world.sent.length > 0);
    expect(run.world.nowMs).toBeGreaterThan(75);

    run.world.run(() => isDone(run));
    expect(run.late.executed).toBe(8);
  });

  test("does not fetch what its own last checkpoint has in common", () => {
    const run = lagging(stateOf(20_000));
    const { service, clients } = LARGE;
    const older = { service: { ...Object(service), "key 99": "other" }, clients };
    run.late.checkpoint(4, older as ServiceState);
    run.learn();
    run.world.run(() => isDone(run));

    expect(run.late.installed[0]?.state).toEqual(LARGE);
    // Behind the change the text is shifted: that and the levels above are fetched.
    expect(chunksIn(run.world).length).toBeLessThan(60);
  });

  test("goes on where it was when the connection is lost and made again", () => {
    const run = lagging(LARGE);
    run.learn();
    run.world.run(() => chunksIn(run.world).length >= 40);
    run.world.alter = () => null;
    run.world.run(() => false, 5_000);
    const before = chunksIn(run.world).length;
    expect(isDone(run)).toBe(false);
    run.world.alter = (_from, _to, message) => message;
    for (const peer of GROUP.slice(0, 3)) run.late.transfer.connected(peer, run.late.host);
    run.world.run(() => isDone(run));

    const all = treeOf(canonical({ n: 8, state: LARGE }), CHUNK_CHARS, digest).chunks.size;
    expect(run.late.executed).toBe(8);
    expect(chunksIn(run.world).length - before).toBeLessThan(all - 20);
  });

  test("goes on with what it began though its peers moved on to newer checkpoints", () => {
    const run = lagging(LARGE);
    run.learn();
    run.world.run(() => chunksIn(run.world).length >= 20);
    const server = chunksIn(run.world)[0]?.from;
    for (const n of [16, 24, 32, 40]) {
      for (const at of [0, 1, 2]) run.world.node(at).checkpoint(n, stateOf(20_000, `at ${n}`));
    }
    run.world.run(() => isDone(run));

    expect(run.late.executed).toBe(8);
    expect(new Set(chunksIn(run.world).map(({ from }) => from))).toEqual(new Set([server]));
  });

  test("takes a newer checkpoint where the one that it began is gone", () => {
    const run = lagging(LARGE);
    run.world.alter = (_from, _to, message) => (message.type === "FETCH" ? null : message);
    run.learn();
    run.world.run(() => run.world.sent.length > 0);
    let newer: Checkpoint | null = null;
    for (const n of [16, 24, 32, 40]) {
      for (const at of [0, 1, 2]) {
        newer = run.world.node(at).checkpoint(n, stateOf(20_000, `at ${n}`));
      }
    }
    run.world.alter = (_from, _to, message) => message;
    run.world.run(() => run.world.sent.some(({ message }) => message.type === "GONE"));
    run.learn(newer as unknown as Checkpoint);
    run.world.run(() => isDone(run));

    expect(run.late.installed[0]?.checkpoint.n).toBe(40);
  });

  test("asks less and less often while nobody has what it needs", () => {
    const run = lagging(LARGE);
    for (const at of [0, 1, 2]) {
      for (const n of [16, 24, 32]) run.world.node(at).checkpoint(n, stateOf(100, `at ${n}`));
    }
    run.learn();
    run.world.run(() => false, 30_000);

    const asked = run.world.sent.filter(({ message }) => message.type === "FETCH").length;
    expect(asked).toBeGreaterThan(10);
    expect(asked).toBeLessThan(200);
  });

  test("serves what it made before a restart: texts are made from the snapshots again", () => {
    const run = lagging(LARGE);
    const { snapshots } = run.world.node(0);
    const fresh = new World();
    fresh.node(1).snapshots = snapshots;
    const late = fresh.node(3);
    late.transfer.certified(run.checkpoint, [GROUP[1] as never], late.host);
    fresh.run(() => late.installed.length > 0);

    expect(late.installed[0]?.state).toEqual(LARGE);
  });
});

describe("a faulty peer of a transfer", () => {
  const server = (run: ReturnType<typeof lagging>) => chunksIn(run.world)[0]?.from;

  test("that lies is found at its first chunk, and what came before stays", () => {
    const run = lagging(LARGE);
    run.world.alter = (from, _to, message) =>
      from === "replica#0" && message.type === "CHUNK" && message.level === 0
        ? { ...message, text: message.text.replace("value", "VALUE") }
        : message;
    run.learn();
    run.world.run(() => isDone(run));

    expect(run.late.installed[0]?.state).toEqual(LARGE);
    expect(run.late.transfer.status().liars).toBe("replica#0");
    const lies = chunksIn(run.world).filter(
      ({ from, message }) => from === "replica#0" && (message as ChunkMessage).level === 0,
    );
    // Those that were asked for at once with the first one.
    expect(lies.length).toBeLessThanOrEqual(CHUNKS_AT_ONCE);
  });

  test("that lies about levels and children is found too", () => {
    const run = lagging(LARGE);
    run.world.alter = (from, _to, message) => {
      if (from !== "replica#0" || message.type !== "CHUNK" || message.level === 0) return message;
      const [first = "", ...rest] = childrenOf(message);
      return { ...message, text: [...rest, first].join("") };
    };
    run.learn();
    run.world.run(() => isDone(run));

    expect(run.late.installed[0]?.state).toEqual(LARGE);
    expect(run.late.transfer.status().liars).toBe("replica#0");
  });

  test("that sends what nobody asked for changes nothing", () => {
    const run = lagging(LARGE);
    run.learn();
    run.world.run(() => chunksIn(run.world).length > 10);
    const chunk: Chunk = { level: 0, text: "anything" };
    for (let count = 0; count < 1_000; count += 1) {
      const made = { ...chunk, text: `anything ${count}` };
      const message = { type: "CHUNK", digest: digest(made), ...made } as const;
      run.late.transfer.take(GROUP[2] as never, message, run.late.host);
    }
    run.world.run(() => isDone(run));

    expect(run.late.installed[0]?.state).toEqual(LARGE);
  });

  test.each([
    ["silent", () => true],
    ["silent after a while", (count: number) => count > 30],
  ])("that is %s loses its turn to another", (_, isSilent) => {
    const run = lagging(LARGE);
    let count = 0;
    run.world.alter = (from, _to, message) => {
      if (from !== "replica#0") return message;
      count += 1;
      return isSilent(count) ? null : message;
    };
    run.learn();
    run.world.run(() => isDone(run));

    expect(run.late.installed[0]?.state).toEqual(LARGE);
    expect(run.world.nowMs).toBeLessThan(2_000);
  });

  test("that is slow loses its turn to another: one chunk before each time-out is not enough", () => {
    const run = lagging(LARGE);
    let last = Number.NEGATIVE_INFINITY;
    run.world.alter = (from, _to, message) => {
      if (from !== "replica#0" || message.type !== "CHUNK") return message;
      if (run.world.nowMs - last < 15) return null;
      last = run.world.nowMs;
      return message;
    };
    run.learn();
    run.world.run(() => isDone(run));

    expect(run.late.installed[0]?.state).toEqual(LARGE);
    expect(run.world.nowMs).toBeLessThan(2_000);
    expect(server(run)).toBe("replica#0");
    expect(new Set(chunksIn(run.world).map(({ from }) => from)).size).toBeGreaterThan(1);
  });

  test("that says that the state is gone is not believed alone", () => {
    const run = lagging(LARGE);
    run.world.alter = (from, _to, message) =>
      from === "replica#0" && message.type === "CHUNK"
        ? { type: "GONE", of: run.checkpoint.digest }
        : message;
    run.learn();
    run.world.run(() => isDone(run));

    expect(run.late.installed[0]?.checkpoint).toEqual(run.checkpoint);
  });

  test("that asks again and again is answered at a rate", () => {
    const run = lagging(LARGE);
    const one = run.world.node(0);
    const { digest: of } = run.checkpoint;
    for (let ms = 0; ms < 1_000; ms += 1) {
      run.world.after(ms, () => {
        const chunks = Array(CHUNKS_AT_ONCE).fill(of);
        one.transfer.take(GROUP[2] as never, { type: "FETCH", of, chunks }, one.host);
      });
    }
    run.world.run(() => false, 1_000);

    expect(chunksIn(run.world).length).toBeGreaterThan(100);
    expect(chunksIn(run.world).length).toBeLessThan(300);
  });

  test("that fetches all the time does not take the place of a correct one", () => {
    const run = lagging(LARGE);
    const one = run.world.node(0);
    const old = run.checkpoint.digest;
    const pester = () => {
      one.transfer.take(GROUP[2] as never, { type: "FETCH", of: old, chunks: [old] }, one.host);
      run.world.after(50, pester);
    };
    pester();
    const second = one.checkpoint(16, stateOf(20_000, "second"));
    run.late.transfer.certified(second, [GROUP[0] as never], run.late.host);
    run.world.run(() => chunksIn(run.world).filter(({ to }) => to === "replica#3").length > 20);
    for (const n of [24, 32, 40]) one.checkpoint(n, stateOf(20_000, `at ${n}`));
    run.world.run(() => isDone(run));

    expect(run.late.installed[0]?.checkpoint).toEqual(second);
  });
});
