import type { Index, Internal } from "../../spec/automaton/index.ts";
import { automaton, compose, indices, mapOf, values } from "../../spec/automaton/index.ts";
import { invariant, noDeadlock, witness } from "../../spec/automaton/properties.ts";

type One = { readonly process: Index<"process"> };
type Label = "l0" | "l1" | "cs" | "l2";
type Memory = { readonly lock: 0 | 1; readonly pc: Readonly<Record<One["process"], Label>> };
type Steps = Record<"want" | "acquire" | "leave" | "release", Internal<One>>;
const at = (pc: Label) => ({ [pc]: (m: Memory, { process }: One) => m.pc[process] === pc });
const free = (m: Memory) => m.lock === 1;
const go =
  (pc: Label, lock?: 0 | 1) =>
  (m: Memory, { process }: One) => ({ lock: lock ?? m.lock, pc: { ...m.pc, [process]: pc } });

/** `n` processes share a lock, in one memory, after Lock.tla of tlaplus/Examples. */
export function lock(n: number) {
  const each = indices("process", n).map((process) => ({ process }));
  const choose = () => each;
  const memory = automaton<Memory, Steps>("memory", {
    start: { lock: 1, pc: mapOf(each.map(({ process }) => [process, "l0"])) },
    transitions: {
      want: { kind: "internal", choose, when: at("l0"), effect: go("l1") },
      acquire: { kind: "internal", choose, when: { ...at("l1"), free }, effect: go("cs", 0) },
      leave: { kind: "internal", choose, when: at("cs"), effect: go("l2") },
      release: { kind: "internal", choose, when: at("l2"), effect: go("l0", 1) },
    },
  });
  const system = compose("lock", { memory });
  const inside = ({ pc }: Memory) => values(pc).filter((at) => at === "cs" || at === "l2").length;
  const mutex = ({ memory }: { memory: Memory }) => inside(memory) + memory.lock <= 1;
  const waits = ({ memory: m }: { memory: Memory }) => m.lock === 0 && values(m.pc).includes("l1");
  return {
    system,
    properties: [
      invariant(system, { name: "mutual exclusion", reads: ["memory"], holds: mutex }),
      noDeadlock(system, { name: "some process can go on", reads: [], finished: () => false }),
    ],
    witnesses: [witness(system, { name: "one has to wait", reads: ["memory"], reached: waits })],
  };
}
