import type { Problem } from "../../spec/automaton/claim.ts";
import { QuorateError } from "../../spec/automaton/errors.ts";
import type { Action } from "../../spec/automaton/execute.ts";
import type { Property, Witness } from "../../spec/automaton/properties.ts";
import { installPurityGuard } from "../../spec/automaton/purity.ts";
import type { Global } from "../../spec/automaton/semantics.ts";
import { SubsetMonitor } from "../refine/subsets.ts";
import type { CoverageRecord } from "./coverage.ts";
import { Evaluator, StepEvaluator } from "./evaluator.ts";
import { factorOf, Layout, mix } from "./layout.ts";
import { type Emission, type Family, type Joint, Model } from "./model.ts";
import { refuseUnsoundSends } from "./sends.ts";
import {
  NO_REF,
  PARTITION_BITS,
  PARTITIONS,
  Partition,
  partitionOf,
  placeOf,
  type Ref,
  refOf,
} from "./store.ts";

/** Limits of a search; whichever is met first ends it as `bounded`. */
export interface Budget {
  readonly maxStates?: number;
  /** levels: edges + 1 */
  readonly maxDepth?: number;
  readonly maxSeconds?: number;
  /** of the search's own tables */
  readonly maxMemoryMb?: number;
}

export interface SearchOptions extends Budget {
  /** breadth first by default: shortest counterexamples */
  readonly order?: "breadth-first" | "depth-first";
  readonly onProgress?: (progress: Progress) => void;
}

/** How far a search has come. */
export interface Progress {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** states found and not expanded yet */
  readonly queue: number;
  readonly seconds: number;
  readonly memoryMb: number;
}

/** What an exploration found. */
export interface Exploration {
  /** distinct reachable states */
  readonly states: number;
  /** steps that lead to another state: each enabled action of each expanded state counts once */
  readonly transitions: number;
  /** levels: edges of the longest shortest path + 1 */
  readonly depth: number;
  readonly seconds: number;
  /** which budget ended the search; null where the whole instance was explored */
  readonly bound: string | null;
  /** each property's first violation, shortest when breadth first; null where none was found */
  readonly violations: readonly (Violation | null)[];
  /** for each witness whether it was reached */
  readonly reached: readonly boolean[];
  readonly coverage: CoverageRecord;
  readonly leaves: readonly LeafStatistics[];
  /** all of the search's tables over its states: states, parents, hash tables, buffers, memos */
  readonly bytesPerState: number;
  readonly memoHitRate: number;
  /** number of distinct widths of the state vector, in 32-bit words */
  readonly words: number;
}

/** How a leaf behaved: few local states and a high hit rate keep the search fast. */
export interface LeafStatistics {
  readonly name: string;
  readonly localStates: number;
  readonly memoHitRate: number;
}

/** A run of the system that ends in a violation. */
export interface Violation {
  readonly start: Global;
  /** sent outputs appear as steps of their own */
  readonly actions: readonly Action[];
  /** for a specification: the states it allows after each prefix of the actions */
  readonly specification: readonly (readonly Global[])[] | null;
}

const BUFFER_STATES = 512;
const BUDGET_EVERY = 1024;
const PROGRESS_EVERY_MS = 250;
/** Families with at most this many bits keep their rows in an array. */
const ROW_BITS = 16;

class Overflow extends Error {}
const OVERFLOW = new Overflow("a local state does not fit the layout");

interface Found {
  readonly ref: Ref;
  /** for a step: the action that violates it */
  readonly action: number;
}

/** Explores every reachable state of the problem's system and decides its properties. */
export function explore(problem: Problem, options: SearchOptions = {}): Exploration {
  const uninstall = installPurityGuard();
  try {
    return new Search(problem, options).run();
  } finally {
    uninstall();
  }
}

class Search {
  readonly #problem: Problem;
  readonly #options: SearchOptions;
  readonly #model: Model;
  readonly #monitors = new Map<number, { monitor: SubsetMonitor; track: number }>();
  readonly #depthFirst: boolean;
  readonly #started = performance.now();
  readonly #partitions = Array.from({ length: PARTITIONS }, () => new Partition());
  readonly #tracks: number;
  /** of each track in the hash */
  readonly #factors: Int32Array;

  #layout: Layout;
  #stride: number;
  readonly #buffers: Int32Array[] = [];
  readonly #buffered = new Int32Array(PARTITIONS);
  /** per family the widths by which its row keys are made, renewed with the layout */
  #familyBits: number[] = [];
  /** of the state being expanded: each track's local id, and where its row of the memo begins */
  readonly #ids: Int32Array;
  readonly #rows: Int32Array;
  #cur: Int32Array;
  #next: Int32Array;

  readonly #invariants: { at: number; evaluator: Evaluator }[] = [];
  readonly #steps: { at: number; evaluator: StepEvaluator }[] = [];
  readonly #terminal: { at: number; evaluator: Evaluator; quiescence: boolean }[] = [];
  readonly #included: { at: number; track: number }[] = [];
  #wanted: { at: number; evaluator: Evaluator }[] = [];
  readonly #evaluators: Evaluator[] = [];
  readonly #found: (Found | null)[];
  readonly #reached: boolean[];
  readonly #actionWitnesses: { at: number; witness: Extract<Witness, { kind: "action" }> }[] = [];

  #states = 0;
  #transitions = 0;
  #expanded = 0;
  #depth = 0;
  #lookups = new Float64Array(64);
  #fired = new Uint8Array(64);
  #bound: string | null = null;
  #lastProgress = 0;
  /** depth first: states to expand, and the length of the path to each */
  #stack: Ref[] = [];
  #pathLength = 0;

  constructor(problem: Problem, options: SearchOptions) {
    this.#problem = problem;
    this.#options = options;
    this.#depthFirst = options.order === "depth-first";
    checkBudget(options);
    const sendsAtOnce = problem.reductions?.includes("sends-at-once") ?? false;
    if (sendsAtOnce) refuseUnsoundSends(problem);
    const { properties, system } = problem;
    const monitors = properties.flatMap((property, at) =>
      property.kind === "inclusion" ? [{ at, monitor: new SubsetMonitor(property) }] : [],
    );
    this.#model = new Model(system, sendsAtOnce, monitors.map(({ monitor }) => monitor));
    const model = this.#model;
    this.#tracks = model.tracks.length;
    this.#factors = Int32Array.from(model.tracks, (_, track) => factorOf(track));
    this.#ids = new Int32Array(this.#tracks);
    this.#rows = new Int32Array(this.#tracks);
    monitors.forEach(({ at, monitor }, position) => {
      const track = this.#tracks - monitors.length + position;
      this.#monitors.set(at, { monitor, track });
      this.#included.push({ at, track });
    });
    const starts = model.startVectors();
    this.#layout = new Layout(model.localCounts().map((_, track) => initialBits(model, track)));
    const counts = model.localCounts();
    if (this.#layout.overflows(counts)) this.#layout = this.#layout.widened(counts);
    this.#stride = this.#layout.words + 2;
    this.#cur = new Int32Array(this.#layout.words);
    this.#next = new Int32Array(this.#layout.words);
    this.#measureFamilies();
    this.#found = properties.map(() => null);
    this.#reached = problem.witnesses.map(() => false);
    this.#prepare(properties, problem.witnesses);
    for (const start of starts) this.#insertStart(start);
  }

  #prepare(properties: readonly Property[], witnesses: readonly Witness[]): void {
    const evaluatorOf = (name: string, reads: readonly string[], holds: (view: any) => boolean) => {
      const evaluator = new Evaluator(this.#model, this.#layout, name, reads, holds);
      this.#evaluators.push(evaluator);
      return evaluator;
    };
    properties.forEach((property, at) => {
      const { kind, name, reads } = property;
      if (kind === "invariant") {
        this.#invariants.push({ at, evaluator: evaluatorOf(name, reads, property.holds) });
      } else if (kind === "step") {
        const inner = evaluatorOf(name, reads, () => true);
        this.#steps.push({ at, evaluator: new StepEvaluator(inner, name, property.holds) });
      } else if (kind !== "inclusion") {
        const evaluator = evaluatorOf(name, reads, property.holds);
        this.#terminal.push({ at, evaluator, quiescence: kind === "quiescence" });
      }
    });
    witnesses.forEach((witness, at) => {
      if (witness.kind === "action") this.#actionWitnesses.push({ at, witness });
      else {
        const evaluator = evaluatorOf(witness.name, witness.reads, witness.reached);
        this.#wanted.push({ at, evaluator });
      }
    });
  }

  run(): Exploration {
    if (this.#depthFirst) this.#runDepthFirst();
    else this.#runBreadthFirst();
    return this.#result();
  }

  #runBreadthFirst(): void {
    const { maxDepth = Number.POSITIVE_INFINITY } = this.#options;
    while (this.#openLevel()) {
      if (this.#depth >= maxDepth) {
        this.#bound = `depth ${maxDepth}`;
        return;
      }
      this.#depth++;
      for (let at = 0; at < PARTITIONS; at++) {
        const partition = this.#partitions[at] as Partition;
        for (let place = partition.levelStart; place < partition.levelEnd; place++) {
          this.#expandStored(refOf(at, place));
          if (this.#bound !== null) break;
        }
        if (this.#bound !== null) break;
      }
      this.#flushAll();
      if (this.#bound !== null || this.#allDecided()) return;
    }
  }

  /** Makes what the last level found the new level; false where it found nothing. */
  #openLevel(): boolean {
    let any = false;
    for (const partition of this.#partitions) {
      partition.levelStart = partition.levelEnd;
      partition.levelEnd = partition.count;
      if (partition.levelEnd > partition.levelStart) any = true;
    }
    return any;
  }

  /**
   * Depth first. A state that is reached by a shorter path is expanded again: so a bound on the
   * depth loses nothing, and the depth found is that of the breadth-first search.
   */
  #runDepthFirst(): void {
    const { maxDepth = Number.POSITIVE_INFINITY } = this.#options;
    let cut = false;
    for (let at = 0; at < PARTITIONS; at++) {
      const { count } = this.#partitions[at] as Partition;
      for (let place = 0; place < count; place++) this.#stack.push(refOf(at, place));
    }
    while (this.#stack.length > 0 && this.#bound === null && !this.#allDecided()) {
      const ref = this.#stack.pop() as Ref;
      const partition = this.#partitions[partitionOf(ref)] as Partition;
      this.#pathLength = (partition.depths[placeOf(ref)] as number) + 1;
      if (this.#pathLength >= maxDepth) cut = true;
      else this.#expandStored(ref);
      this.#flushAll();
    }
    if (cut && this.#bound === null) this.#bound = `depth ${maxDepth}`;
    for (const { count, depths } of this.#partitions) {
      for (let place = 0; place < count; place++) {
        this.#depth = Math.max(this.#depth, (depths[place] as number) + 1);
      }
    }
  }

  #allDecided(): boolean {
    return this.#found.length > 0 && this.#found.every((found) => found !== null);
  }

  // ---- expanding

  #expandStored(ref: Ref): void {
    const transitionsBefore = this.#transitions;
    for (;;) {
      const { words: width } = this.#layout;
      const { words } = this.#partitions[partitionOf(ref)] as Partition;
      const base = placeOf(ref) * width;
      for (let word = 0; word < width; word++) this.#cur[word] = words[base + word] as number;
      try {
        this.#expand(ref);
        break;
      } catch (error) {
        if (error !== OVERFLOW) throw error;
        this.#transitions = transitionsBefore;
        this.#widen();
      }
    }
    this.#expanded++;
    const { maxStates } = this.#options;
    if (maxStates !== undefined && this.#states >= maxStates) this.#bound = `${maxStates} states`;
    if (this.#expanded % BUDGET_EVERY === 0) this.#checkTimeAndMemory();
  }

  /** Finds every step of the state in `#cur` and buffers the states it leads to. */
  #expand(ref: Ref): void {
    const model = this.#model;
    const { families, rowStarts, joints } = model;
    const { word, shift, mask, words: width } = this.#layout;
    const { length: tracks } = rowStarts;
    const ids = this.#ids;
    const rows = this.#rows;
    const factors = this.#factors;
    const checksSteps = this.#steps.length > 0;
    const cur = this.#cur;
    const next = this.#next;
    const stride = this.#stride;
    const buffers = this.#buffers;
    const buffered = this.#buffered;
    let { partStart, partTrack, partSlot, nextTable, spontaneous } = model;
    let lookups = this.#lookups;
    let fired = this.#fired;
    let steps = 0;
    let owed = 0;
    let sum = 0;
    for (let track = 0; track < tracks; track++) {
      const bits = (cur[word[track] as number] as number) >>> (shift[track] as number);
      const id = bits & (mask[track] as number);
      ids[track] = id;
      rows[track] = (rowStarts[track] as Int32Array)[id] as number;
      sum = (sum + Math.imul(id, factors[track] as number)) | 0;
    }
    for (let f = 0; f < families.length; f++) {
      const family = families[f] as Family;
      let row: Int32Array | undefined;
      if (family.tracks.length === 1) row = family.rows[ids[family.tracks[0] as number] as number];
      else row = this.#wideRow(f);
      if (row === undefined) {
        row = this.#newRow(f);
        ({ partStart, partTrack, partSlot, nextTable, spontaneous } = model);
        lookups = this.#lookups;
        fired = this.#fired;
        this.#readRows();
      }
      for (let at = 0; at < row.length; at++) {
        const action = row[at] as number;
        lookups[action] = (lookups[action] as number) + 1;
        let hash = sum;
        let changed = false;
        let emissions: Emission[] | null = null;
        const end = partStart[action + 1] as number;
        for (let part = partStart[action] as number; part < end; part++) {
          const track = partTrack[part] as number;
          let to = nextTable[(rows[track] as number) + (partSlot[part] as number)] as number;
          const id = ids[track] as number;
          if (to < 0) {
            if (to === -1) {
              to = model.computeNext(track, id, partSlot[part] as number);
              ({ partStart, partTrack, partSlot, nextTable, spontaneous } = model);
              if (this.#lookups.length < model.actions.length) this.#growCounters();
              lookups = this.#lookups;
              fired = this.#fired;
              this.#readRows();
            }
            if (to < -1) {
              const emission = model.emissions[-2 - to] as Emission;
              emissions = emissions === null ? [emission] : [...emissions, emission];
              to = emission.to;
            }
          }
          if (to !== id) {
            if (to > (mask[track] as number)) throw OVERFLOW;
            if (!changed) {
              changed = true;
              for (let i = 0; i < width; i++) next[i] = cur[i] as number;
            }
            const w = word[track] as number;
            next[w] = (next[w] as number) + ((to - id) << (shift[track] as number));
            hash = (hash + Math.imul(to - id, factors[track] as number)) | 0;
          }
        }
        if (emissions !== null || joints[action] !== null) {
          if (!changed) for (let i = 0; i < width; i++) next[i] = cur[i] as number;
          hash = (hash + this.#moveJoints(action, next)) | 0;
          for (const emission of emissions ?? []) {
            for (const sent of emission.actions) hash = (hash + this.#moveAll(sent, next)) | 0;
          }
          ({ partStart, partTrack, partSlot, nextTable, spontaneous } = model);
          lookups = this.#lookups;
          fired = this.#fired;
          this.#readRows();
          if (!changed) for (let i = 0; i < width && !changed; i++) changed = next[i] !== cur[i];
        }
        if (!changed) continue;
        steps++;
        if (spontaneous[action] === 0) owed++;
        if (fired[action] === 0) this.#firstFiring(action);
        if (checksSteps) this.#checkStep(ref, action);
        const mixed = mix(hash);
        const p = mixed >>> (32 - PARTITION_BITS);
        const buffer = buffers[p] ?? this.#newBuffer(p);
        const count = buffered[p] as number;
        const to = count * stride;
        for (let i = 0; i < width; i++) buffer[to + i] = next[i] as number;
        buffer[to + width] = ref;
        buffer[to + width + 1] = mixed;
        buffered[p] = count + 1;
        if (count + 1 === BUFFER_STATES) this.#flush(p);
      }
    }
    this.#transitions += steps;
    if (this.#terminal.length > 0 && owed === 0) this.#checkTerminal(ref, steps === 0);
  }

  /** Rows of the memo may have moved while an effect ran: finds those of the state again. */
  #readRows(): void {
    const { rowStarts } = this.#model;
    for (let track = 0; track < this.#tracks; track++) {
      this.#rows[track] = (rowStarts[track] as Int32Array)[this.#ids[track] as number] as number;
    }
  }

  #idIn(words: Int32Array, track: number): number {
    return this.#layout.idAt(words, 0, track);
  }

  /** Moves one track of `words` to a local id and returns the change of the hash. */
  #move(words: Int32Array, track: number, from: number, to: number): number {
    if (to === from) return 0;
    if (to > (this.#layout.mask[track] as number)) throw OVERFLOW;
    const word = this.#layout.word[track] as number;
    words[word] = (words[word] as number) + ((to - from) << (this.#layout.shift[track] as number));
    return Math.imul(to - from, this.#factors[track] as number);
  }

  #moveJoints(action: number, words: Int32Array): number {
    let change = 0;
    for (const joint of this.#model.joints[action] ?? []) {
      const ids = Array.from(joint.tracks, (track) => this.#idIn(words, track));
      const to = this.#jointNext(joint, ids);
      joint.tracks.forEach((track, at) => {
        change = (change + this.#move(words, track, ids[at] as number, to[at] as number)) | 0;
      });
    }
    return change;
  }

  #jointNext(joint: Joint, ids: readonly number[]): Int32Array {
    const key = ids.join(",");
    let to = joint.memo.get(key);
    if (to === undefined) {
      to = this.#model.computeJoint(joint, ids);
      joint.memo.set(key, to);
    }
    return to;
  }

  /** Takes the step of a sent output in place, with whatever it makes others send. */
  #moveAll(action: number, words: Int32Array): number {
    const model = this.#model;
    if (this.#lookups.length < model.actions.length) this.#growCounters();
    this.#lookups[action] = (this.#lookups[action] as number) + 1;
    if (this.#fired[action] === 0) this.#firstFiring(action);
    let change = 0;
    const pending: number[] = [];
    for (let at = model.partStart[action] as number; at < (model.partStart[action + 1] as number); at++) {
      const track = model.partTrack[at] as number;
      const id = this.#idIn(words, track);
      let to = model.computeNext(track, id, model.partSlot[at] as number);
      if (to < -1) {
        const emission = model.emissions[-2 - to] as Emission;
        pending.push(...emission.actions);
        to = emission.to;
      }
      change = (change + this.#move(words, track, id, to)) | 0;
    }
    change = (change + this.#moveJoints(action, words)) | 0;
    for (const sent of pending) change = (change + this.#moveAll(sent, words)) | 0;
    return change;
  }

  // ---- rows of enabled actions

  #measureFamilies(): void {
    const { mask } = this.#layout;
    this.#familyBits = this.#model.families.map((family) => {
      family.rows.length = 0;
      family.wideRows.clear();
      return family.tracks.reduce((bits, track) => bits + 32 - Math.clz32(mask[track] as number), 0);
    });
  }

  #wideKey(f: number): number | string {
    const { tracks } = this.#model.families[f] as Family;
    const { word, shift, mask } = this.#layout;
    const cur = this.#cur;
    if ((this.#familyBits[f] as number) > 52) return Array.from(tracks, (t) => this.#idIn(cur, t)).join();
    let key = 0;
    for (let at = 0; at < tracks.length; at++) {
      const track = tracks[at] as number;
      const m = mask[track] as number;
      key = key * (m + 1) + (((cur[word[track] as number] as number) >>> (shift[track] as number)) & m);
    }
    return key;
  }

  #wideRow(f: number): Int32Array | undefined {
    const family = this.#model.families[f] as Family;
    const key = this.#wideKey(f);
    if ((this.#familyBits[f] as number) <= ROW_BITS) return family.rows[key as number];
    return family.wideRows.get(key);
  }

  #newRow(f: number): Int32Array {
    const family = this.#model.families[f] as Family;
    const ids = Array.from(family.tracks, (track) => this.#idIn(this.#cur, track));
    const row = family.compute(ids);
    if (family.tracks.length === 1) family.rows[ids[0] as number] = row;
    else if ((this.#familyBits[f] as number) <= ROW_BITS) family.rows[this.#wideKey(f) as number] = row;
    else family.wideRows.set(this.#wideKey(f), row);
    if (this.#lookups.length < this.#model.actions.length) this.#growCounters();
    return row;
  }

  #growCounters(): void {
    const room = this.#model.actions.length * 2;
    const [lookups, fired] = [new Float64Array(room), new Uint8Array(room)];
    lookups.set(this.#lookups);
    fired.set(this.#fired);
    this.#lookups = lookups;
    this.#fired = fired;
  }

  // ---- storing

  #newBuffer(partition: number): Int32Array {
    const buffer = new Int32Array(BUFFER_STATES * this.#stride);
    this.#buffers[partition] = buffer;
    return buffer;
  }

  #flushAll(): void {
    for (let at = 0; at < PARTITIONS; at++) if ((this.#buffered[at] as number) > 0) this.#flush(at);
  }

  /** Inserts a partition's buffered states: its part of the table stays in the cache meanwhile. */
  #flush(at: number): void {
    const count = this.#buffered[at] as number;
    const partition = this.#partitions[at] as Partition;
    const buffer = this.#buffers[at] as Int32Array;
    const stride = this.#stride;
    const width = stride - 2;
    const depth = this.#depthFirst ? this.#pathLength : -1;
    partition.reserve(count, this.#layout, this.#factors);
    this.#buffered[at] = 0;
    for (let entry = 0; entry < count; entry++) {
      const from = entry * stride;
      const place = partition.find(buffer, from, width, buffer[from + width + 1] as number);
      const parent = buffer[from + width] as number;
      if (place < 0) {
        const added = partition.add(buffer, from, width, -1 - place, parent, depth);
        this.#states++;
        this.#checkState(refOf(at, added), partition.words, added * width);
        if (this.#depthFirst) this.#stack.push(refOf(at, added));
      } else if (depth >= 0 && depth < (partition.depths[place] as number)) {
        partition.depths[place] = depth;
        partition.parents[place] = parent;
        this.#stack.push(refOf(at, place));
      }
    }
  }

  #insertStart(ids: Int32Array): void {
    const { words: width } = this.#layout;
    const words = new Int32Array(width);
    this.#layout.pack(ids, words, 0);
    let sum = 0;
    ids.forEach((id, track) => {
      sum = (sum + Math.imul(id, this.#factors[track] as number)) | 0;
    });
    const hash = mix(sum);
    const at = hash >>> (32 - PARTITION_BITS);
    const partition = this.#partitions[at] as Partition;
    partition.reserve(1, this.#layout, this.#factors);
    const place = partition.find(words, 0, width, hash);
    if (place >= 0) return;
    this.#refuseInitialWitness(words);
    const added = partition.add(words, 0, width, -1 - place, NO_REF, this.#depthFirst ? 0 : -1);
    this.#states++;
    this.#checkState(refOf(at, added), partition.words, added * width);
  }

  #refuseInitialWitness(words: Int32Array): void {
    for (const { at, evaluator } of this.#wanted) {
      if (!evaluator.holds(words, 0)) continue;
      const { name } = this.#problem.witnesses[at] as Witness;
      throw new QuorateError("witness-initial", `Witness "${name}" holds in a start state.`);
    }
  }

  /** Some track has outgrown its width: everything is packed anew. */
  #widen(): void {
    this.#flushAll();
    const from = this.#layout;
    const to = from.widened(this.#model.localCounts());
    for (const partition of this.#partitions) partition.repack(from, to, this.#tracks);
    this.#layout = to;
    this.#stride = to.words + 2;
    this.#buffers.length = 0;
    this.#cur = new Int32Array(to.words);
    this.#next = new Int32Array(to.words);
    this.#measureFamilies();
    for (const evaluator of this.#evaluators) evaluator.relayout(to);
  }

  // ---- deciding

  #checkState(ref: Ref, words: Int32Array, base: number): void {
    for (const { at, evaluator } of this.#invariants) {
      if (this.#found[at] === null && !evaluator.holds(words, base)) {
        this.#found[at] = { ref, action: -1 };
      }
    }
    for (const { at, track } of this.#included) {
      if (this.#found[at] !== null) continue;
      const allowed = this.#model.values[track]?.[this.#layout.idAt(words, base, track)];
      if ((allowed as readonly number[]).length === 0) this.#found[at] = { ref, action: -1 };
    }
    if (this.#wanted.length === 0) return;
    for (const { at, evaluator } of this.#wanted) {
      if (evaluator.holds(words, base)) this.#reached[at] = true;
    }
    this.#wanted = this.#wanted.filter(({ at }) => this.#reached[at] === false);
  }

  #checkStep(ref: Ref, action: number): void {
    for (const { at, evaluator } of this.#steps) {
      if (this.#found[at] !== null) continue;
      const holds = evaluator.holds(
        this.#layout,
        this.#cur,
        0,
        this.#next,
        action,
        (id) => this.#model.actions[id] as Action,
      );
      if (!holds) this.#found[at] = { ref, action };
    }
  }

  #checkTerminal(ref: Ref, dead: boolean): void {
    for (const { at, evaluator, quiescence } of this.#terminal) {
      if (this.#found[at] !== null || (!quiescence && !dead)) continue;
      if (!evaluator.holds(this.#cur, 0)) this.#found[at] = { ref, action: -1 };
    }
  }

  #firstFiring(action: number): void {
    this.#fired[action] = 1;
    const { name, payload } = this.#model.actions[action] as Action;
    for (const { at, witness } of this.#actionWitnesses) {
      if (witness.action === name && witness.where(payload)) this.#reached[at] = true;
    }
  }

  #checkTimeAndMemory(): void {
    const now = performance.now();
    const seconds = (now - this.#started) / 1000;
    const { maxSeconds, maxMemoryMb, onProgress } = this.#options;
    if (maxSeconds !== undefined && seconds > maxSeconds) this.#bound = `${maxSeconds} seconds`;
    const memoryMb = this.#bytes() / 2 ** 20;
    if (maxMemoryMb !== undefined && memoryMb > maxMemoryMb) this.#bound = `${maxMemoryMb} MB`;
    if (onProgress !== undefined && now - this.#lastProgress > PROGRESS_EVERY_MS) {
      this.#lastProgress = now;
      onProgress({
        states: this.#states,
        transitions: this.#transitions,
        depth: this.#depth,
        queue: this.#states - this.#expanded,
        seconds,
        memoryMb,
      });
    }
  }

  // ---- reporting

  #bytes(): number {
    const { partTrack, partSlot, partStart, nextTable } = this.#model;
    let bytes = partTrack.byteLength + partSlot.byteLength + partStart.byteLength;
    bytes += nextTable.byteLength;
    for (const partition of this.#partitions) bytes += partition.bytes;
    for (const buffer of this.#buffers) bytes += buffer?.byteLength ?? 0;
    for (const evaluator of this.#evaluators) bytes += evaluator.bytes;
    return bytes;
  }

  #result(): Exploration {
    const { lookupsOfTrack, lookups, misses } = this.#countLookups();
    return {
      states: this.#states,
      transitions: this.#transitions,
      depth: this.#depth,
      seconds: (performance.now() - this.#started) / 1000,
      bound: this.#bound,
      violations: this.#found.map((found, at) => found && this.#violation(found, at)),
      reached: this.#reached,
      coverage: this.#model.coverage.toJSON(),
      leaves: this.#model.tracks.map(({ name }, track) => ({
        name,
        localStates: this.#model.values[track]?.length ?? 0,
        memoHitRate: rate(lookupsOfTrack[track] as number, this.#model.misses[track] as number),
      })),
      bytesPerState: Math.round((this.#bytes() / Math.max(1, this.#states)) * 10) / 10,
      memoHitRate: rate(lookups, misses),
      words: this.#layout.words,
    };
  }

  #countLookups() {
    const { partStart, partTrack, actions, misses } = this.#model;
    const lookupsOfTrack = new Float64Array(this.#tracks);
    let lookups = 0;
    for (let action = 0; action < actions.length; action++) {
      const times = this.#lookups[action] ?? 0;
      for (let at = partStart[action] as number; at < (partStart[action + 1] as number); at++) {
        const track = partTrack[at] as number;
        lookupsOfTrack[track] = (lookupsOfTrack[track] as number) + times;
        lookups += times;
      }
    }
    return { lookupsOfTrack, lookups, misses: misses.reduce((sum, count) => sum + count, 0) };
  }

  /** The run to a violation: parents back to a start state, actions found again on the way. */
  #violation({ ref, action }: Found, property: number): Violation {
    const chain: Ref[] = [];
    for (let at: Ref = ref; at !== NO_REF; ) {
      chain.push(at);
      at = (this.#partitions[partitionOf(at)] as Partition).parents[placeOf(at)] as Ref;
    }
    chain.reverse();
    const monitored = this.#monitors.get(property);
    const specification: Global[][] = [];
    const allowed = (words: Int32Array) => {
      if (monitored === undefined) return;
      const value = this.#model.values[monitored.track]?.[this.#idIn(words, monitored.track)];
      specification.push(monitored.monitor.globalsOf(value));
    };
    const first = this.#wordsOf(chain[0] as Ref);
    allowed(first);
    const actions: Action[] = [];
    for (let at = 0; at + 1 < chain.length; at++) {
      const to = this.#wordsOf(chain[at + 1] as Ref);
      const ids = this.#actionsBetween(this.#wordsOf(chain[at] as Ref), to);
      ids.forEach((id, position) => {
        actions.push(this.#model.actions[id] as Action);
        if (position > 0) specification.push(specification.at(-1) as Global[]);
        else allowed(to);
      });
    }
    if (action >= 0) {
      for (const id of this.#successor(this.#wordsOf(ref), action).actions) {
        actions.push(this.#model.actions[id] as Action);
      }
    }
    const start = this.#model.globalOf((track) => this.#idIn(first, track));
    return { start, actions, specification: monitored === undefined ? null : specification };
  }

  #wordsOf(ref: Ref): Int32Array {
    const { words: width } = this.#layout;
    const base = placeOf(ref) * width;
    return (this.#partitions[partitionOf(ref)] as Partition).words.slice(base, base + width);
  }

  #actionsBetween(from: Int32Array, to: Int32Array): readonly number[] {
    this.#cur.set(from);
    for (let f = 0; f < this.#model.families.length; f++) {
      const family = this.#model.families[f] as Family;
      const ids = Array.from(family.tracks, (track) => this.#idIn(from, track));
      for (const action of family.compute(ids)) {
        const { words, actions } = this.#successor(from, action);
        if (words.every((word, at) => word === to[at])) return actions;
      }
    }
    throw new Error("a stored state has no step from its parent");
  }

  /** The state after `action`, and the actions taken: itself, then what it made others send. */
  #successor(from: Int32Array, action: number): { words: Int32Array; actions: number[] } {
    const words = from.slice();
    const actions: number[] = [];
    const take = (one: number) => {
      actions.push(one);
      const { model, pending } = { model: this.#model, pending: [] as number[] };
      const end = model.partStart[one + 1] as number;
      for (let at = model.partStart[one] as number; at < end; at++) {
        const track = model.partTrack[at] as number;
        const id = this.#idIn(words, track);
        let to = model.computeNext(track, id, model.partSlot[at] as number);
        if (to < -1) {
          pending.push(...(model.emissions[-2 - to] as Emission).actions);
          to = (model.emissions[-2 - to] as Emission).to;
        }
        this.#move(words, track, id, to);
      }
      this.#moveJoints(one, words);
      for (const sent of pending) take(sent);
    };
    take(action);
    return { words, actions };
  }
}

function initialBits(model: Model, track: number): number {
  const [value] = model.values[track] ?? [];
  if (model.tracks[track]?.cell !== null) return typeof value === "boolean" ? 1 : 2;
  return 3;
}

function rate(lookups: number, misses: number): number {
  return lookups === 0 ? 1 : Math.round((1 - misses / lookups) * 1e6) / 1e6;
}

function checkBudget(budget: Budget): void {
  for (const name of ["maxStates", "maxDepth", "maxSeconds", "maxMemoryMb"] as const) {
    const value = budget[name];
    if (value !== undefined && !(Number.isFinite(value) && value > 0)) {
      throw new QuorateError("budget-invalid", `${name} is ${value}.`);
    }
  }
}
