import {
  compose,
  invariant,
  type Problem,
  urgent,
  witness,
} from "../../../spec/automaton/index.ts";
import { eventuallyAlways, weaklyFair } from "../../../spec/automaton/liveness.ts";
import { assumedIf } from "./fairness.ts";
import { type Command, sharedVariables } from "./shared-variables.ts";

interface Slot {
  readonly value: number | null;
  readonly readers: readonly number[];
  readonly writers: readonly number[];
  readonly published: boolean;
}
interface Writer {
  readonly claimed: number;
  readonly pc: "Access" | "Advance";
}
interface Reader {
  readonly pc: "Access" | "Advance";
  readonly consumed: readonly (number | null)[];
}
/** The sequence that is written next. */
type Buffer = { readonly next: number } & { readonly [slot: `slot${number}`]: Slot } & {
  readonly [writer: `writer${number}`]: Writer;
} & { readonly [reader: `reader${number}`]: Reader } & { readonly [read: `read${number}`]: number };

interface Sizes {
  readonly writers: number;
  readonly readers: number;
  readonly slots: number;
  readonly maxPublished: number;
  /** whether Liveliness is decided: with its fairness, or without */
  readonly liveliness?: "fair" | "unfair";
}

/** Whether the slot's flag says that `sequence` was published: it turns with each round. */
function isPublished({ published }: Slot, sequence: number, slots: number): boolean {
  return published === (Math.floor(sequence / slots) % 2 === 0);
}

/**
 * AvailablePublishedSequence: a claimed sequence, or the one before all, such that if it is
 * published no writer has claimed and published the next. TLC chooses the least of them.
 */
function available(now: Buffer, { writers, slots }: Sizes): number {
  const claimed = Array.from({ length: writers }, (_, w) => now[`writer${w}`]!.claimed);
  const published = (sequence: number) =>
    isPublished(now[`slot${(sequence + slots) % slots}`] as Slot, sequence, slots);
  const candidates = [Math.min(...claimed) - 1, ...claimed].sort((one, other) => one - other);
  return candidates.find(
    (max) => !(published(max) && claimed.includes(max + 1) && published(max + 1)),
  ) as number;
}

/**
 * LMAX's Disruptor with many producers and consumers, after Disruptor_MPMC.tla. As TLC has it, a
 * step beyond the constraint on what is claimed is not taken.
 */
export function disruptor(sizes: Sizes): Problem {
  const { writers, readers, slots, maxPublished, liveliness } = sizes;
  const upTo = (count: number) => Array.from({ length: count }, (_, at) => at);
  const slotOf = (sequence: number) => `slot${sequence % slots}` as const;
  const readCells = upTo(readers).map((r) => `read${r}` as const);
  // An action is split by the sequence that it is about: then it looks at one slot alone.
  const sequences = upTo(maxPublished);
  const writing = upTo(writers).flatMap((w) =>
    sequences.flatMap((seq): Command<Buffer>[] => {
      const [cell, slot, by] = [`writer${w}` as const, slotOf(seq), { w, seq }];
      return [
        {
          action: "BeginWrite",
          by,
          over: ["next", cell, slot, ...readCells],
          touches: ["next", cell, slot],
          when: (now) =>
            now.next === seq &&
            now[cell]!.pc === "Advance" &&
            readCells.every((read) => now[read]! >= seq - slots),
          effect: (now) => {
            now.next = seq + 1;
            now[cell] = { claimed: seq, pc: "Access" };
            const at = now[slot]!;
            at.value = seq;
            if (!at.writers.includes(w)) at.writers = [...at.writers, w].sort();
          },
        },
        {
          action: "EndWrite",
          by,
          over: [cell, slot],
          when: (now) => now[cell]!.pc === "Access" && now[cell]!.claimed === seq,
          effect: (now) => {
            now[cell]!.pc = "Advance";
            const at = now[slot]!;
            at.writers = at.writers.filter((one) => one !== w);
            at.published = !at.published;
          },
        },
      ];
    }),
  );
  const reading = upTo(readers).flatMap((r) =>
    sequences.flatMap((seq): Command<Buffer>[] => {
      const [cell, read, by] = [`reader${r}` as const, `read${r}` as const, { r, seq }];
      const slot = slotOf(seq);
      return [
        {
          action: "BeginRead",
          by,
          over: [cell, read, slot],
          touches: [cell, slot],
          when: (now) =>
            now[cell]!.pc === "Advance" &&
            now[read]! + 1 === seq &&
            isPublished(now[slot] as Slot, seq, slots),
          effect: (now) => {
            const [self, at] = [now[cell]!, now[slot]!];
            self.pc = "Access";
            self.consumed.push(at.value);
            if (!at.readers.includes(r)) at.readers = [...at.readers, r].sort();
          },
          task: urgent("BeginRead"),
        },
        {
          action: "EndRead",
          by,
          over: [cell, read, slot],
          when: (now) => now[cell]!.pc === "Access" && now[read]! + 1 === seq,
          effect: (now) => {
            const [self, at] = [now[cell]!, now[slot]!];
            self.pc = "Advance";
            now[read] = seq;
            at.readers = at.readers.filter((one) => one !== r);
          },
          task: urgent("EndRead"),
        },
      ];
    }),
  );
  const start = {
    next: 0,
    ...Object.fromEntries<unknown>([
      ...upTo(slots).map((at): [string, unknown] => [
        slotOf(at),
        { value: null, readers: [], writers: [], published: false },
      ]),
      ...upTo(writers).map((w): [string, unknown] => [
        `writer${w}`,
        { claimed: -1, pc: "Advance" },
      ]),
      ...readCells.map((cell): [string, unknown] => [cell, -1]),
      ...upTo(readers).map((r): [string, unknown] => [
        `reader${r}`,
        { pc: "Advance", consumed: [] },
      ]),
    ]),
  } as Buffer;
  const system = compose("disruptor", {
    buffer: sharedVariables("buffer", [start], [...writing, ...reading]),
  });
  const reads = ["buffer"] as const;
  const fairness = assumedIf(liveliness === "fair", [
    weaklyFair("BeginRead", { by: ["r"] }),
    weaklyFair("EndRead", { by: ["r"] }),
  ]);
  const consumes = upTo(readers).flatMap((r) =>
    sequences.map((i) =>
      eventuallyAlways(system, {
        name: `Liveliness, reader ${r}, sequence ${i}`,
        reads,
        holds: ({ buffer }) =>
          i > available(buffer, sizes) || buffer[`reader${r}`]!.consumed[i] === i,
        fairness,
      }),
    ),
  );
  return {
    system,
    properties: [
      ...(liveliness === undefined ? [] : consumes),
      invariant(system, {
        name: "NoDataRaces",
        reads,
        holds: ({ buffer }) =>
          upTo(slots).every((at) => {
            const slot = buffer[slotOf(at)] as Slot;
            const apart = slot.readers.length === 0 || slot.writers.length === 0;
            return apart && slot.writers.length <= 1;
          }),
      }),
    ],
    witnesses: [
      witness(system, {
        name: "a reader consumes everything",
        reads,
        reached: ({ buffer }) =>
          upTo(readers).some((r) => buffer[`reader${r}`]!.consumed.length === maxPublished),
      }),
    ],
  };
}
