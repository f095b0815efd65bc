import {
  type AnyAutomaton,
  automaton,
  compose,
  detach,
  equal,
  type Output,
  spontaneous,
} from "../../../../spec/automaton/index.ts";
import { startOf } from "../../agreement/new-view.ts";
import type { AgreementActions, AgreementState } from "../../agreement/state.ts";
import { primaryOf, type Replica } from "../../messages.ts";
import type { ClbftRules } from "../../rules.ts";
import { agreements } from "../composition.ts";
import { below, type ClbftWorld } from "../world.ts";
import { type Agreement, OPEN, type OwingSize, owingParts } from "./composition.ts";

/** Ψ-start-epoch. */
export interface Epoch {
  readonly epoch: number;
  readonly leader: Replica;
}

/** Ψ-complain, of a view that is changed for it. */
export interface Complaint {
  readonly epoch: number;
  /** whether who complained had started the epoch */
  readonly started: boolean;
}

/** What a replica's agreement is as an epoch change (paper C, Definition 4). */
export interface EpochState extends AgreementState {
  /** in order, from the default epoch on; at most one for each view */
  readonly epochs: readonly Epoch[];
  /** a set */
  readonly complaints: readonly Complaint[];
}

type Standing = Pick<AgreementState, "view" | "active">;

/**
 * When a replica starts epoch v: `when entered`: with view v, as paper C, section 3.3 has it; `when shown`: with any
 * valid NEW-VIEW for v, even where its agreement has left for a later view and takes no part.
 */
export type Starting = "when entered" | "when shown";

type Shown = AgreementActions["NEW-VIEW"]["payload"];

const isValid = ({ reports, order }: Shown, rules: ClbftRules): boolean =>
  equal(startOf(reports, rules).order, order);

/**
 * The same replica, which records its epochs. It complains when it leaves a view because of its clock, or because the
 * layer above complains.
 */
function recording(
  one: Agreement,
  group: readonly Replica[],
  starts: Starting,
  rules: ClbftRules,
): Agreement {
  const epochOf = (view: number): Epoch => ({ epoch: view, leader: primaryOf(view, group) });
  const transitions = Object.entries((one as AnyAutomaton).transitions).map(
    ([action, transition]) => {
      const { effect } = transition;
      if (effect === undefined) return [action, transition];
      const isComplaint = action === "SUSPECT" || action === "COMPLAIN";
      const records = (s: Record<string, unknown>, payload: object, send: never) => {
        const before: Standing = { ...(s as unknown as Standing) };
        effect(s, payload, send);
        const after = s as unknown as Standing;
        const epochs = s.epochs as Epoch[];
        const complaints = s.complaints as Complaint[];
        const enters = after.active && (!before.active || after.view !== before.view);
        const shown =
          starts === "when shown" && action.endsWith("NEW-VIEW") && isValid(payload as Shown, rules)
            ? (payload as Shown).view
            : -1;
        const last = epochs.at(-1)?.epoch ?? -1;
        if (enters) epochs.push(epochOf(after.view));
        else if (shown > last) epochs.push(epochOf(shown));
        if (isComplaint && after.view !== before.view) {
          const complaint = { epoch: before.view, started: before.active };
          if (!complaints.some((other) => other.epoch === before.view)) {
            complaints.push(detach(complaint));
          }
        }
      };
      return [action, { ...transition, effect: records }];
    },
  );
  return {
    ...one,
    fields: null,
    transitions: Object.fromEntries(transitions),
    start: () =>
      [...one.start()].map(
        (s): EpochState => ({ ...s, epochs: [epochOf(s.view)], complaints: [] }),
      ),
  };
}

interface AboveActions {
  COMPLAIN: Output<AgreementActions["COMPLAIN"]["payload"]>;
}

/** A layer above the replicas, which may complain about any view but the last. */
function above({ correct, views }: ClbftWorld) {
  const all = correct.flatMap((replica) => below(views - 1).map((view) => ({ replica, view })));
  return automaton<null, AboveActions>("above", {
    start: null,
    transitions: {
      COMPLAIN: {
        kind: "output",
        cite: "CLBFT.SUSPECT",
        task: spontaneous("complain"),
        choose: () => all,
      },
    },
  });
}

export interface EpochSize extends OwingSize {
  /** `when shown` without it */
  readonly starts?: Starting;
  /** in which order a replica takes the others for primaries; all in one without it */
  readonly groupOf?: (self: Replica) => readonly Replica[];
}

/** The view change as a Byzantine epoch change: replicas that record their epochs, and a layer above that complains. */
export function epochChange(size: EpochSize) {
  const { world, change = (one) => one, groupOf = () => world.group, starts = "when shown" } = size;
  const parts = owingParts({
    held: () => [],
    ...size,
    change(_, self) {
      const group = groupOf(self);
      const one = agreements({ ...world, group })[world.correct.indexOf(self)] as Agreement;
      return recording(change(one, self), group, starts, world.rules);
    },
  });
  return compose(
    "CLBFT as an epoch change",
    { ...parts, above: above(world) },
    { open: OPEN.filter((action) => action !== "COMPLAIN") },
  );
}

export type EpochChange = ReturnType<typeof epochChange>;
