import { primaryOf, type Replica } from "../../../impl/clbft/messages.ts";
import { type Watching, watching } from "../../../impl/clbft/model/live/lemma.ts";
import type { Watcher } from "../../../impl/clbft/model/live/watched.ts";
import type { ClbftWorld } from "../../../impl/clbft/model/world.ts";
import { REPAIRED } from "../../../impl/clbft/rules.ts";
import {
  type Case,
  invariant,
  type Problem,
  quiescentWhenFinished,
  setOf,
  type Verdict,
  type Witness,
  witness,
} from "../../../spec/automaton/index.ts";
import {
  type Fact,
  factsOf,
  GROUNDED,
  type GroundedLine,
  isGrounded,
} from "../../../spec/clbft/grounds.ts";
import {
  after,
  type Form,
  type ObligationsOf,
  type ObligationsState,
  type OwingLine,
} from "../../../spec/clbft/obligations.ts";
import { LEMMA } from "./pins.ts";
import { caseOf, excludesOf, type LiveSize, nameOf, worldOf } from "./problems.ts";

/** One line of Lemma 10 at one correct replica of an instance. */
export interface LemmaSize extends LiveSize {
  /** the position of the replica that the line speaks of */
  readonly of: number;
}

/** Actions that the obligations hear; of the others they know nothing. */
const HEARD: ReadonlySet<string> = new Set([
  ...["REQUEST", "PRE-PREPARE", "VIEW-CHANGES", "NEW-VIEW", "FORWARD", "SEND-PRE-PREPARE"],
  ...["SEND-VIEW-CHANGE", "SEND-NEW-VIEW", "REPLY", "EXECUTE", "INSTALL"],
]);

type Owed = ObligationsState & { readonly arose: boolean };

/** Obligations, and whether any ever arose. */
function owes(of: ObligationsOf): Watcher<Owed> {
  return {
    start: { view: 0, active: true, owed: [], marks: [], arose: false },
    after(s, action, payload) {
      if (!HEARD.has(action)) return s;
      const { arose, ...before } = s;
      const next = after(before, action as never, payload, of);
      return { ...next, arose: arose || next.owed.length > 0 };
    },
  };
}

interface History {
  readonly facts: readonly Fact[];
  /** whether something was said that the line is about */
  readonly said: boolean;
  /** whether all of it was grounded */
  readonly grounded: boolean;
}

const FACTUAL: ReadonlySet<string> = new Set([
  ...["REQUEST", "PRE-PREPARE", "SEND-PRE-PREPARE", "NEW-VIEW", "VIEW-CHANGES"],
]);

/** What a replica was told, and whether it ever said what it was not told. */
function grounds(line: GroundedLine): Watcher<History> {
  return {
    start: { facts: [], said: false, grounded: true },
    after(s, action, payload) {
      const known = FACTUAL.has(action) ? factsOf(action as never, payload, line.kinds) : [];
      const facts = setOf(...s.facts, ...known);
      if (action !== line.on || line.groundsOf(payload).length === 0) return { ...s, facts };
      return {
        facts,
        said: true,
        grounded: s.grounded && isGrounded(line, s.facts, payload),
      };
    },
  };
}

interface Placed {
  readonly world: ClbftWorld;
  readonly self: Replica;
}

function placed(size: LemmaSize): Placed {
  const world = worldOf(size, REPAIRED);
  return { world, self: world.group[size.of] as Replica };
}

/** The watched replica holds nothing from the start: it is asked, or it is not. */
const heldIn =
  ({ world, self }: Placed, size: LemmaSize) =>
  (replica: Replica) =>
    size.held === "by nobody" || (size.held === "by all but the watched" && replica === self)
      ? []
      : world.requests;

/** Lines 1 to 5: what is owed comes. */
function owingProblem(line: OwingLine, form: Form, size: LemmaSize): Problem {
  const { world, self } = placed(size);
  const of = {
    replica: self,
    primaryOf: (view: number) => primaryOf(view, world.group),
    line,
    form,
  };
  const held = heldIn({ world, self }, size);
  const system = watching({ world, held }, self, owes(of) as never) as Watching<never>;
  const seen = (watch: unknown) => watch as Owed;
  return {
    system,
    reductions: ["sends-at-once"],
    properties: [
      quiescentWhenFinished(system, {
        name: `line ${line}: what is owed comes`,
        reads: ["watched.watch"],
        finished: ({ watched }) => seen(watched.watch).owed.length === 0,
      }),
    ],
    witnesses: witnessing(form, [
      witness(system, {
        name: `line ${line} owes something`,
        reads: ["watched.watch"],
        reached: ({ watched }) => seen(watched.watch).arose,
      }),
    ]),
    excludes: excludesOf(world),
  };
}

/** Lines 6 and 7: what is said was told. */
function groundedProblem(line: 6 | 7, form: Form, size: LemmaSize): Problem {
  const { world, self } = placed(size);
  const held = heldIn({ world, self }, size);
  const system = watching({ world, held }, self, grounds(GROUNDED[line][form]) as never);
  const seen = (watch: unknown) => watch as History;
  return {
    system: system as Watching<never>,
    reductions: ["sends-at-once"],
    properties: [
      invariant(system, {
        name: `line ${line}: what is said was told before`,
        reads: ["watched.watch"],
        holds: ({ watched }) => seen(watched.watch).grounded,
      }),
    ],
    witnesses: witnessing(form, [
      witness(system, {
        name: `line ${line} is about something`,
        reads: ["watched.watch"],
        reached: ({ watched }) => seen(watched.watch).said,
      }),
    ]),
    excludes: excludesOf(world),
  };
}

const witnessing = (form: Form, witnesses: readonly Witness[]) =>
  form === "repaired" ? witnesses : [];

const instanceOf = (size: LemmaSize) => {
  const held = size.held === "by all but the watched" ? ", asked later than others" : "";
  return `${nameOf(size)}: replica ${size.of}${held}`;
};

/** One line in one form on one instance. */
export const lineCase = (
  line: 1 | 2 | 3 | 4 | 5 | 6 | 7,
  form: Form,
  size: LemmaSize,
  expect: Verdict,
  rest: Partial<Case> = {},
): Case =>
  caseOf(
    form,
    instanceOf(size),
    () =>
      line < 6
        ? owingProblem(line as OwingLine, form, size)
        : groundedProblem(line as 6, form, size),
    { expect, ...rest },
    LEMMA[line],
  );
