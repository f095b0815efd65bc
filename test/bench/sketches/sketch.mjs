// biome-ignore-all lint: a copy, kept as it is
// biome-ignore-all format: a copy, kept as it is
// biome-ignore-all assist: a copy, kept as it is
// Reference sketch, copied unchanged below this line: a yardstick for timing in the same run, not a part of the library.
// Reference sketch of the explorer's core: component-memoised exploration of composed automata, on two-phase commit.
// It is a yardstick for side-by-side timing in one run, not a design to copy: no properties, no traces, no value types.
//   node sketch.mjs N     N resource managers; prints states, transitions (self-loops included), seconds, CPU seconds, memory
const N = Number(process.argv[2] ?? 7);

/** Interns local states and memoises, per component, enabled(local) -> actions and next(local, action) -> local. */
class Memo {
  constructor(system) {
    this.system = system;
    this.size = system.components.length;
    this.ids = system.components.map(() => new Map());
    this.values = system.components.map(() => []);
    this.enabledRows = system.components.map(() => []);
    this.nextRows = system.components.map(() => []);
    this.actionIds = new Map();
    this.actions = [];
    this.participants = [];
    this.misses = 0;
  }
  intern(c, value) {
    const key = JSON.stringify(value);
    let id = this.ids[c].get(key);
    if (id === undefined) {
      id = this.values[c].length;
      this.ids[c].set(key, id);
      this.values[c].push(value);
      this.enabledRows[c].push(null);
      this.nextRows[c].push([]);
    }
    return id;
  }
  action(name) {
    let id = this.actionIds.get(name);
    if (id === undefined) {
      id = this.actions.length;
      this.actionIds.set(name, id);
      this.actions.push(name);
      this.participants.push(Int32Array.from(this.system.participants(name)));
    }
    return id;
  }
  enabled(c, local) {
    return (this.enabledRows[c][local] ??= Int32Array.from(
      this.system.components[c].local(this.values[c][local]).map((a) => this.action(a)),
    ));
  }
  next(c, local, a) {
    const row = this.nextRows[c][local];
    let to = row[a];
    if (to === undefined) {
      this.misses++;
      while (row.length <= a) row.push(undefined);
      to = row[a] = this.intern(c, this.system.components[c].step(this.values[c][local], this.actions[a]));
    }
    return to;
  }
}

function twoPhaseCommit(n) {
  const rm = (i) => ({
    init: "working",
    local: (s) => (s === "working" ? [`prepare:${i}`, `chooseAbort:${i}`] : []),
    step: (s, a) => ({ prepare: "prepared", chooseAbort: "aborted", rcvCommit: "committed", rcvAbort: "aborted" })[a.split(":")[0]],
  });
  const tm = {
    init: { st: "init", prepared: 0 },
    local: (s) => (s.st === "init" ? [...(s.prepared === 2 ** n - 1 ? ["tmCommit"] : []), "tmAbort"] : []),
    step: (s, a) => {
      const [k, i] = a.split(":");
      if (k === "tmCommit") return { ...s, st: "committed" };
      if (k === "tmAbort") return { ...s, st: "aborted" };
      return s.st === "init" ? { ...s, prepared: s.prepared | (1 << +i) } : s;
    },
  };
  const rms = Array.from({ length: n }, (_, i) => i);
  const messages = {
    init: { prepared: 0, commit: 0, abort: 0 },
    local: (s) => [
      ...rms.filter((i) => (s.prepared >> i) & 1).map((i) => `rcvPrepared:${i}`),
      ...(s.commit ? rms.map((i) => `rcvCommit:${i}`) : []),
      ...(s.abort ? rms.map((i) => `rcvAbort:${i}`) : []),
    ],
    step: (s, a) => {
      const [k, i] = a.split(":");
      if (k === "prepare") return { ...s, prepared: s.prepared | (1 << +i) };
      if (k === "tmCommit") return { ...s, commit: 1 };
      if (k === "tmAbort") return { ...s, abort: 1 };
      return s;
    },
  };
  const participants = (a) => {
    const [k, i] = a.split(":");
    if (k === "prepare") return [+i, n + 1];
    if (k === "chooseAbort") return [+i];
    if (k === "tmCommit" || k === "tmAbort" || k === "rcvPrepared") return [n, n + 1];
    return [+i, n + 1];
  };
  return { components: [...rms.map(rm), tm, messages], participants };
}

const mix = (x) => {
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return x ^ (x >>> 16);
};
const grown = (a) => {
  const b = new a.constructor(a.length * 2);
  b.set(a);
  return b;
};

function explore(system) {
  const memo = new Memo(system);
  const K = memo.size;
  const term = (c, local) => mix((local * 31 + c + 1) | 0);
  let cap = 1 << 20;
  let vectors = new Int32Array(cap * K), hashes = new Int32Array(cap), parent = new Int32Array(cap), via = new Int32Array(cap);
  let table = new Int32Array(1 << 22).fill(-1), mask = table.length - 1;
  let states = 0, transitions = 0;

  function insert(v, h, from, a) {
    let i = h & mask;
    probe: for (; table[i] >= 0; i = (i + 1) & mask) {
      const t = table[i];
      if (hashes[t] !== h) continue;
      for (let k = 0, b = t * K; k < K; k++) if (vectors[b + k] !== v[k]) continue probe;
      return;
    }
    if (states === cap) {
      cap *= 2;
      vectors = grown(vectors); hashes = grown(hashes); parent = grown(parent); via = grown(via);
    }
    vectors.set(v, states * K);
    hashes[states] = h; parent[states] = from; via[states] = a;
    table[i] = states++;
    if (states * 2 > table.length) {
      table = new Int32Array(table.length * 2).fill(-1);
      mask = table.length - 1;
      for (let t = 0; t < states; t++) {
        let j = hashes[t] & mask;
        while (table[j] >= 0) j = (j + 1) & mask;
        table[j] = t;
      }
    }
  }

  const cur = new Int32Array(K), succ = new Int32Array(K);
  let sum = 0;
  system.components.forEach((c, k) => { cur[k] = memo.intern(k, c.init); sum = (sum + term(k, cur[k])) | 0; });
  insert(cur, mix(sum), -1, -1);
  for (let s = 0; s < states; s++) {
    sum = 0;
    for (let k = 0; k < K; k++) { cur[k] = vectors[s * K + k]; sum = (sum + term(k, cur[k])) | 0; }
    for (let c = 0; c < K; c++) {
      for (const a of memo.enabled(c, cur[c])) {
        succ.set(cur);
        let h = sum, changed = false;
        for (const p of memo.participants[a]) {
          const to = memo.next(p, cur[p], a);
          if (to !== cur[p]) { succ[p] = to; h = (h - term(p, cur[p]) + term(p, to)) | 0; changed = true; }
        }
        transitions++;
        if (changed) insert(succ, mix(h), s, a);
      }
    }
  }
  return { states, transitions, misses: memo.misses };
}

const t0 = performance.now(), c0 = process.cpuUsage();
const r = explore(twoPhaseCommit(N));
const c = process.cpuUsage(c0);
console.log(JSON.stringify({ model: "2pc", N, ...r, seconds: (performance.now() - t0) / 1e3, cpuSeconds: (c.user + c.system) / 1e6, rssMB: Math.round(process.memoryUsage().rss / 1e6) }));
