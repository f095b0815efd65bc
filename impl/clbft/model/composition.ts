import {
  type Automaton,
  automaton,
  compose,
  type Output,
  spontaneous,
} from "../../../spec/automaton/index.ts";
import { accepting } from "../../adversary/checked/index.ts";
import { agreement } from "../agreement/automaton.ts";
import type { AgreementActions, AgreementState } from "../agreement/state.ts";
import type { Replica } from "../messages.ts";
import { FORGED, medium } from "./medium.ts";
import { servicePart } from "./service-part.ts";
import { below, type ClbftWorld, clientWindowOf, hasAllRequests } from "./world.ts";

export interface TimerActions {
  SUSPECT: Output<AgreementActions["SUSPECT"]["payload"]>;
}

/** Timers that run out at any time: what safety must survive. */
export function timers({ correct, views }: ClbftWorld) {
  const all = correct.flatMap((replica) => below(views - 1).map((view) => ({ replica, view })));
  return automaton<null, TimerActions>("timers", {
    start: null,
    transitions: {
      SUSPECT: {
        kind: "output",
        cite: "CLBFT.SUSPECT",
        task: spontaneous("suspect"),
        choose: () => all,
      },
    },
  });
}

/** The agreement of the correct replicas of an instance, within its bounds. */
export function agreements(world: ClbftWorld) {
  const { group, rules, window, batchMax, correct } = world;
  const clientWindow = clientWindowOf(world);
  return correct.map((self) => {
    const bounds = { window, pipeline: window, batchMax, clientWindow };
    const one = numbered(agreement({ self, group, rules, bounds }), world);
    return withWaiting(world.executes ? one : withoutExecuting(one), world);
  });
}

type Agreement = ReturnType<typeof agreement>;

/** The same replica, which assigns no number beyond the instance. */
function numbered(one: Agreement, { numbers }: ClbftWorld): Agreement {
  const assigns = one.transitions["SEND-PRE-PREPARE"];
  const when = {
    ...assigns?.when,
    instance: (_: unknown, p: never) => (p as { n: number }).n <= numbers,
  };
  return {
    ...one,
    transitions: { ...one.transitions, "SEND-PRE-PREPARE": { ...assigns, when } as never },
  };
}

/** The same replica, which executes nothing. */
function withoutExecuting(one: Agreement): Agreement {
  const EXECUTE = { ...one.transitions.EXECUTE, choose: () => [] };
  return { ...one, transitions: { ...one.transitions, EXECUTE } as never };
}

/** The same replica, which has all requests when it starts. */
function withWaiting(one: Agreement, world: ClbftWorld): Agreement {
  const { requests } = world;
  if (!hasAllRequests(world, one.process as Replica)) return one;
  const waiting = requests.filter(
    ({ client, t }, at) =>
      requests.findIndex((other) => other.client === client && other.t === t) === at,
  );
  const start = () => one.start().map((state): AgreementState => ({ ...state, waiting }));
  return { ...one, start };
}

/** A closed system: clients, the correct replicas, the network with the coalition, and timers. */
export function clbft(world: ClbftWorld) {
  const owing = <S, A>(one: Automaton<S, A>, likes: object): Automaton<S, A> =>
    world.owes ? (accepting(one, likes as never) as never) : one;
  const { "FORGED-STABLE": STABLE, "FORGED-INSTALL": INSTALL } = FORGED;
  const parts = {
    agreement: agreements(world).map((one) => owing(one, FORGED)),
    execution: world.correct.map((self) =>
      owing(servicePart(self, world), { "FORGED-STABLE": STABLE, "FORGED-INSTALL": INSTALL }),
    ),
    medium: medium(world),
    timers: timers(world),
  };
  return compose("CLBFT", parts, { open: ["REQUEST", "READ", "RECOVER", "COMPLAIN"] });
}

export type Clbft = ReturnType<typeof clbft>;
