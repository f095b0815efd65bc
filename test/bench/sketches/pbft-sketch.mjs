// biome-ignore-all lint: a copy, kept as it is
// biome-ignore-all format: a copy, kept as it is
// biome-ignore-all assist: a copy, kept as it is
// Reference sketch, copied unchanged below this line: a yardstick for timing in the same run, not a part of the library.
// Second reference sketch: how leaves per message and quorum transitions keep the memo effective on an agreement protocol.
// PBFT without inboxes: n = 4, replica 0 Byzantine (primary of view 0), one sequence number, values A and B, views 0..V.
// A replica leaf holds only its own log. Every message of a correct replica is one leaf of one bit ("was it sent?"); a step that
// needs a quorum needs those bits, whatever the Byzantine replica can sign counts as sent. A yardstick, not a design to copy.
//   node pbft-sketch.mjs V     prints states, transitions, agreement violations, CPU seconds, memo hit rate
const V = Number(process.argv[2] ?? 1);
const BYZ = 0;
const CORRECT = [1, 2, 3];
const VALUES = ["A", "B", "-"]; // "-" is the null request of a new view
const primary = (view) => view % 4;

// ---- messages: name -> bit
const bits = new Map();
const bit = (name) => bits.get(name) ?? (bits.set(name, bits.size), bits.size - 1);
const prepare = (j, v, d) => bit(`prepare ${j} ${v} ${d}`);
const commit = (j, v, d) => bit(`commit ${j} ${v} ${d}`);
const viewChange = (j, w, best) => bit(`view-change ${j} ${w} ${best}`);
const newView = (w, d) => bit(`new-view ${w} ${d}`);
const bests = (w) => ["0", ...Array.from({ length: w }, (_, v) => VALUES.filter((d) => !(v === 0 && d === "-")).map((d) => v + d)).flat()];
for (let v = 0; v <= V; v++) for (const j of CORRECT) for (const d of VALUES) { prepare(j, v, d); commit(j, v, d); }
for (let w = 1; w <= V; w++) { for (const j of CORRECT) for (const b of bests(w)) viewChange(j, w, b); for (const d of VALUES) newView(w, d); }

// ---- one replica: the steps that its log allows, each with the bits that it needs and the bits that it sets
const choose = (xs, k, from = 0) => (k === 0 ? [[]] : xs.slice(from).flatMap((x, i) => choose(xs, k - 1, from + i + 1).map((r) => [x, ...r])));
const later = (a, b) => (a === "0" ? b : b === "0" ? a : +a[0] >= +b[0] ? a : b);
const highestPrepared = (s) => Object.entries(s.prepared).reduce((h, [v, d]) => later(v + d, h), "0");
/** the sets of bits that let the Byzantine replica show a prepared certificate for (v, d) */
const certificates = (v, d) =>
  choose(CORRECT.filter((j) => j !== primary(v)), primary(v) === BYZ ? 2 : 1).map((js) => [...(primary(v) === BYZ ? [] : [newView(v, d)]), ...js.map((j) => prepare(j, v, d))]);

function steps(i, s) {
  const out = [];
  const step = (to, needs = [], sets = []) => out.push({ to, needs, sets });
  const others = CORRECT.filter((j) => j !== i);
  const v = s.view, p = primary(v), d = s.accepted[v];
  if (s.active && d === undefined && v === 0) for (const x of ["A", "B"]) step({ ...s, accepted: { 0: x } }, [], [prepare(i, 0, x)]);
  if (s.active && d !== undefined && s.prepared[v] === undefined) {
    const wanted = Math.max(0, 2 - (p !== i ? 1 : 0) - (p !== BYZ ? 1 : 0));
    for (const js of choose(others.filter((j) => j !== p), wanted)) step({ ...s, prepared: { ...s.prepared, [v]: d } }, js.map((j) => prepare(j, v, d)), [commit(i, v, d)]);
  } else if (s.active && d !== undefined && !s.committed) for (const j of others) step({ ...s, committed: v + d }, [commit(j, v, d)]);
  if (v < V) {
    const best = highestPrepared(s);
    step({ ...s, view: v + 1, active: false, reported: { ...s.reported, [v + 1]: best } }, [], [viewChange(i, v + 1, best)]);
  }
  for (let w = Math.max(1, v); w <= V; w++) {
    if (w === v && s.active) continue;
    if (primary(w) !== i) {
      for (const x of VALUES) step({ ...s, view: w, active: true, accepted: { ...s.accepted, [w]: x } }, [newView(w, x)], [prepare(i, w, x)]);
    } else if (v === w) {
      const start = (best, needs) => {
        const x = best === "0" ? "-" : best.slice(1);
        step({ ...s, active: true, accepted: { ...s.accepted, [w]: x }, opened: { ...s.opened, [w]: x } }, needs, [newView(w, x)]);
      };
      const own = s.reported[w], [a, b] = others;
      for (const x of bests(w)) for (const y of bests(w)) start(later(later(own, x), y), [viewChange(a, w, x), viewChange(b, w, y)]);
      for (const j of others) for (const x of bests(w)) {
        start(later(own, x), [viewChange(j, w, x)]); // the Byzantine replica reports nothing
        for (let u = 0; u < w; u++) for (const y of VALUES) if (!(u === 0 && y === "-")) for (const c of certificates(u, y)) start(later(later(own, x), u + y), [viewChange(j, w, x), ...c]);
      }
    }
  }
  return out;
}

// ---- the search: a state is three local ids and the packed bits
const R = CORRECT.length, W = R + Math.ceil(bits.size / 32);
const ids = CORRECT.map(() => new Map()), values = CORRECT.map(() => []), memo = CORRECT.map(() => []);
const intern = (c, value) => {
  const key = JSON.stringify(value);
  if (!ids[c].has(key)) { ids[c].set(key, values[c].length); values[c].push(value); }
  return ids[c].get(key);
};
const packed = (names) => names.reduce((words, b) => ((words[R + (b >> 5)] |= 1 << (b & 31)), words), new Int32Array(W));
let hits = 0, misses = 0;
function enabled(c, local) {
  const row = memo[c][local];
  if (row) { hits++; return row; }
  misses++;
  return (memo[c][local] = steps(CORRECT[c], values[c][local]).map(({ to, needs, sets }) => ({ to: intern(c, to), needs: packed(needs), sets: packed(sets) })));
}
const mix = (x) => { x = Math.imul(x ^ (x >>> 16), 0x7feb352d); x = Math.imul(x ^ (x >>> 15), 0x846ca68b); return x ^ (x >>> 16); };
const arena = new Int32Array((1 << 23) * W), table = new Int32Array(1 << 24).fill(-1), mask = table.length - 1;
let states = 0, transitions = 0, violations = 0;
function insert(x) {
  let h = 0;
  for (let w = 0; w < W; w++) h = mix((Math.imul(h, 31) + x[w]) | 0);
  probe: for (let i = h & mask; ; i = (i + 1) & mask) {
    const t = table[i];
    if (t < 0) { arena.set(x, states * W); table[i] = states++; return; }
    for (let w = 0; w < W; w++) if (arena[t * W + w] !== x[w]) continue probe;
    return;
  }
}
const cur = new Int32Array(W), next = new Int32Array(W);
CORRECT.forEach((_, c) => { cur[c] = intern(c, { view: 0, active: true, accepted: {}, prepared: {}, committed: "", reported: {}, opened: {} }); });
const t0 = process.cpuUsage();
insert(cur);
for (let s = 0; s < states; s++) {
  for (let w = 0; w < W; w++) cur[w] = arena[s * W + w];
  const decided = new Set(CORRECT.map((_, c) => values[c][cur[c]].committed.slice(1)).filter(Boolean));
  if (decided.size > 1) violations++;
  for (let c = 0; c < R; c++) {
    candidate: for (const a of enabled(c, cur[c])) {
      for (let w = R; w < W; w++) if (a.needs[w] & ~cur[w]) continue candidate;
      transitions++;
      next.set(cur);
      next[c] = a.to;
      for (let w = R; w < W; w++) next[w] |= a.sets[w];
      insert(next);
    }
  }
}
const t1 = process.cpuUsage(t0), cpuSeconds = (t1.user + t1.system) / 1e6;
console.log(JSON.stringify({ model: "pbft", views: V + 1, leaves: R + bits.size, states, transitions, violations, cpuSeconds, statesPerCpuSecond: Math.round(states / cpuSeconds), localStates: values.map((x) => x.length), memoHitRate: hits / (hits + misses) }));
