import { certificates, complete } from "../../impl/bft-bc/coalition.ts";
import { bftBc } from "../../impl/bft-bc/composition.ts";
import {
  type Client,
  compareWritten,
  GENESIS,
  type Replica,
  type WriteRequest,
  type Written,
} from "../../impl/bft-bc/messages.ts";
import type { World } from "../../impl/bft-bc/world.ts";
import {
  type Composition,
  compose,
  type Input,
  invariant,
  observer,
} from "../../spec/automaton/index.ts";

/*
 * How many writes a stopped client may have left behind, told without a reader: its proofs above
 * what f + 1 correct replicas held when it stopped. Every quorum that answers later includes one of
 * those replicas, so nothing else of the client need take effect after its stop.
 */

/** What each correct replica holds, until the stop; then what f + 1 of them held. */
interface Held {
  readonly now: Readonly<Record<Replica, Written>>;
  readonly atStop: Written | null;
}

interface HeldActions {
  WRITE: Input<WriteRequest>;
  STOP: Input<{ readonly client: Client }>;
}

const NOTHING: Written = { ts: GENESIS, hash: null };

function held({ replicas, digest }: World) {
  return observer<Held, HeldActions>("held", {
    start: {
      now: Object.fromEntries(replicas.map((replica) => [replica, NOTHING])),
      atStop: null,
    },
    on: {
      WRITE: {
        effect(s, { replica, value, proof }) {
          const before = s.now[replica];
          if (before === undefined || digest(value) !== proof.hash) return;
          if (compareWritten(proof, before) > 0) s.now[replica] = { ...proof, ts: { ...proof.ts } };
        },
      },
      STOP: {
        effect(s) {
          const descending = Object.values(s.now).sort((a, b) => compareWritten(b, a));
          s.atStop = descending[1] ?? { ts: { ...GENESIS }, hash: null };
          s.now = {};
        },
      },
    },
  });
}

/** The system with what correct replicas hold. For one object. */
export function withHeld(world: World) {
  const system = bftBc(world);
  const parts = { ...system.parts, held: held(world) };
  return compose(system.name, parts, { open: [...system.open] as never[] }) as Composition<
    typeof parts
  >;
}

/** At most b proofs of the stopped client ever exist above what f + 1 replicas held at its stop. */
export const proofsLeftBehind = (system: ReturnType<typeof withHeld>, world: World, b: number) => {
  const { allPrepared } = certificates(world);
  const own = allPrepared.filter(({ by }) => by === world.stops);
  return invariant(system, {
    name: `a stopped client leaves at most ${b} writes behind`,
    reads: ["held.atStop", "medium"],
    accumulating: true,
    holds: ({ held: { atStop }, medium }) =>
      atStop === null ||
      own.filter((one) => complete(medium[one.cell]) && compareWritten(one, atStop) > 0).length <=
        b,
  });
};
