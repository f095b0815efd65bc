import { compose, urgent } from "../../../../spec/automaton/index.ts";
import { accepting } from "../../../adversary/checked/index.ts";
import type { AgreementState } from "../../agreement/state.ts";
import type { Replica, Request } from "../../messages.ts";
import { agreements } from "../composition.ts";
import { FORGED } from "../medium.ts";
import { servicePart } from "../service-part.ts";
import type { ClbftWorld } from "../world.ts";
import { ALL_SAID_AGAIN, relaying, type SaidAgain } from "./relays.ts";
import { clocks } from "./timers.ts";

export type Agreement = ReturnType<typeof agreements>[number];
type Service = ReturnType<typeof servicePart>;

/** What nobody does in these compositions. */
export const OPEN = ["REQUEST", "READ", "RECOVER", "COMPLAIN"] as const;

const { "FORGED-STABLE": STABLE, "FORGED-INSTALL": INSTALL } = FORGED;
/** What coalitions do to a service. */
export const FORGED_STATE = { "FORGED-STABLE": STABLE, "FORGED-INSTALL": INSTALL } as const;

/** An instance in which correct replicas owe what they have to do. */
export interface OwingSize {
  readonly world: ClbftWorld;
  /** which requests a replica has from the start; all without it */
  readonly held?: (replica: Replica) => readonly Request[];
  /** how many replicas must change to a view before the clock of the change starts; 2f + 1 without it */
  readonly clockStartsWith?: number;
  /** everything, without it */
  readonly saidAgain?: Partial<SaidAgain>;
  /** a change of a replica's agreement, for mutants */
  readonly change?: (one: Agreement, self: Replica) => Agreement;
}

/**
 * The parts of a system in which correct replicas owe what they have to do: the last view is stable, clocks of earlier ones
 * run out in the end, deliveries are owed as {@link relaying} says, and what faulty replicas do is owed by nobody.
 * Compose them with observers, and with {@link OPEN}.
 */
export function owingParts(size: OwingSize) {
  const { world, held, clockStartsWith, saidAgain, change = (one) => one } = size;
  const { correct } = world;
  const holding = (one: Agreement, waiting: readonly Request[]): Agreement => ({
    ...one,
    start: () => [...one.start()].map((state): AgreementState => ({ ...state, waiting })),
  });
  return {
    agreement: agreements(world).map((one, at): Agreement => {
      const self = correct[at] as Replica;
      const changed = change(one, self);
      return accepting(held ? holding(changed, held(self)) : changed, FORGED as never);
    }),
    execution: correct.map(
      (self): Service => accepting(servicePart(self, world), FORGED_STATE as never),
    ),
    medium: relaying(world, world.views - 1, { ...ALL_SAID_AGAIN, ...saidAgain }),
    clocks: clocks(world, {
      stableFrom: world.views - 1,
      enough: clockStartsWith ?? world.sizes.viewChanges,
      task: urgent("time out"),
    }),
  };
}

/** The closed system of {@link owingParts}. */
export const owing = (size: OwingSize) =>
  compose("CLBFT that owes", owingParts(size), { open: OPEN });

export type Owing = ReturnType<typeof owing>;
