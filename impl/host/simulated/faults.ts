import type { Index } from "../../../spec/automaton/index.ts";
import type { SimulatedNetwork } from "./network.ts";
import type { Item } from "./schedule.ts";

/** What faults can do to the machine of a process. Those that end return what ends them. */
export interface FaultyMachine {
  crash(): () => void;
  corrupt(): () => void;
  pause(): () => void;
  fillDisk(): () => void;
  skew(jumpMs: number, rate: number): () => void;
  slowDisk(delayMs: number): () => void;
  stop(): void;
  turn(behaviour: string): void;
}

export interface FaultyWorld {
  readonly processes: readonly Index[];
  readonly network: SimulatedNetwork;
  machine(process: Index): FaultyMachine;
}

const nothing = () => undefined;

/** Begins a fault. @returns what ends it; faults of one kind may overlap and end in any order */
export function begin(item: Exclude<Item, { kind: "invoke" }>, world: FaultyWorld): () => void {
  const { network } = world;
  switch (item.kind) {
    case "crash":
      return world.machine(item.process).crash();
    case "corrupt":
      return world.machine(item.process).corrupt();
    case "pause":
      return world.machine(item.process).pause();
    case "disk-full":
      return world.machine(item.process).fillDisk();
    case "slow-disk":
      return world.machine(item.process).slowDisk(item.delayMs);
    case "stop":
      world.machine(item.process).stop();
      return nothing;
    case "skew":
      return world.machine(item.process).skew(item.jumpMs, item.ratePercent / 100);
    case "byzantine":
      world.machine(item.process).turn(item.behaviour);
      return nothing;
    case "partition":
      return partition(item, world);
    case "loss":
      return network.impair(item.from, item.to, { lossPercent: item.percent });
    case "duplicate":
      return network.impair(item.from, item.to, { duplicatePercent: item.percent });
    case "reorder":
      return network.impair(item.from, item.to, { reorderPercent: item.percent });
    case "delay":
      return network.impair(item.from, item.to, { delayMs: item.delayMs });
    case "tear":
      network.tear(item.one, item.other);
      return nothing;
  }
}

function partition(
  { side, direction }: Extract<Item, { kind: "partition" }>,
  { network, processes }: FaultyWorld,
): () => void {
  const rest = processes.filter((process) => !side.includes(process));
  const mends = side.flatMap((one) =>
    rest.flatMap((other) => [
      ...(direction === "in" ? [] : [network.cut(one, other)]),
      ...(direction === "out" ? [] : [network.cut(other, one)]),
    ]),
  );
  return () => {
    for (const mend of mends) mend();
  };
}
