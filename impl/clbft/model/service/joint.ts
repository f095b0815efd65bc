import {
  type AnyAutomaton,
  type Automaton,
  cells,
  compose,
  type Effect,
  insert,
  type Send,
  urgent,
} from "../../../../spec/automaton/index.ts";
import { requestText } from "../../../../spec/clbft/request.ts";
import { accepting } from "../../../adversary/checked/index.ts";
import type { AgreementActions } from "../../agreement/state.ts";
import {
  admits,
  type ExecutionActions,
  type ExecutionState,
  type execution,
} from "../../execution/automaton.ts";
import type { Batch, Replica, Request } from "../../messages.ts";
import { agreements, timers } from "../composition.ts";
import { relaying } from "../live/relays.ts";
import { clocks } from "../live/timers.ts";
import { FORGED, type MediumActions, medium } from "../medium.ts";
import type { ClbftWorld } from "../world.ts";
import { aroundReplicas, askedAgain, executions } from "./composition.ts";
import type { RequestMediumActions } from "./request-medium.ts";
import type { ServiceWorld } from "./world.ts";

type Agreement = ReturnType<typeof agreements>[number];
type AnyTransition = AnyAutomaton["transitions"][string];
type Cells = Readonly<Record<string, unknown>>;
type Knowing = MediumActions & Pick<RequestMediumActions, "SEND-REQUEST">;

const knownCell = (request: Request) => `known ${requestText(request)}`;

/** The same network, in which nobody proposes a request before its client has sent it: it is signed. */
function knowing(network: ReturnType<typeof medium>, { requests, known }: ServiceWorld) {
  const [base] = [...network.start()];
  const start: Record<string, unknown> = { ...base };
  for (const one of requests) {
    start[knownCell(one)] = known.some((other) => requestText(other) === requestText(one));
  }
  const transitions: Record<string, AnyTransition> = {
    ...(network.transitions as Readonly<Record<string, AnyTransition>>),
  };
  for (const action of ["PRE-PREPARE", "FORGED-PRE-PREPARE"]) {
    const proposal = transitions[action];
    if (proposal === undefined) continue;
    const needs = ({ batch }: { readonly batch: Batch }) => batch.map(knownCell);
    transitions[action] = { ...proposal, needs };
  }
  return cells<Cells, Knowing>("medium", {
    start,
    transitions: {
      ...transitions,
      "SEND-REQUEST": {
        kind: "input",
        cite: "CLBFT.NETWORK",
        touches: (request: Request) => [knownCell(request)],
        effect(s: Record<string, unknown>, request: Request) {
          s[knownCell(request)] = true;
        },
      },
    } as never,
  });
}

/** The whole stack: clients, services, agreement and the network, in which nobody owes anything but what is urgent. */
export function jointModel(agreed: ClbftWorld, world: ServiceWorld) {
  const parts = {
    ...aroundReplicas(world),
    execution: executions(world).map(askedAgain),
    agreement: agreements(agreed),
    medium: knowing(medium(agreed), world),
    timers: timers(agreed),
  };
  return compose("CLBFT with clients", parts, { open: ["RECOVER", "COMPLAIN"] });
}

export type JointSystem = ReturnType<typeof jointModel>;

export interface AskedState extends ExecutionState {
  /** what it was asked for and would execute, a set */
  readonly asked: readonly Request[];
}

/**
 * The same service, which offers ADMIT for as long as it would admit what it was asked for: a client asks again and
 * again, and where that changes nothing the system has come to rest.
 */
function holding(real: ReturnType<typeof execution>, clientWindow: number) {
  const asked = real.transitions.REQUEST;
  const request = asked?.effect as Effect<unknown, unknown, ExecutionActions>;
  const at = { replica: real.process as Replica };
  const transitions = {
    ...real.transitions,
    REQUEST: {
      ...asked,
      effect(
        s: { admitted: Request[]; asked: Request[] },
        payload: ExecutionActions["REQUEST"]["payload"],
        send: Send<ExecutionActions>,
      ) {
        request(s as never, payload, send);
        for (const one of s.admitted) insert(s.asked, one);
        s.admitted = [];
      },
    },
    ADMIT: {
      kind: "output" as const,
      at,
      cite: "CLBFT.REQUEST",
      task: urgent("admit"),
      choose: (s: AskedState) =>
        s.asked
          .filter((request) => admits(s, request, clientWindow))
          .map((request) => ({ ...at, request })),
    },
  };
  const start = () => real.start().map((state): AskedState => ({ ...state, asked: [] }));
  return { ...real, start, transitions } as unknown as Automaton<AskedState, ExecutionActions>;
}

/** The same replica, which forwards nothing: clients ask each replica, and ask again. */
export function withoutForwarding(real: Agreement): Agreement {
  const { ADMIT } = real.transitions;
  const admit = ADMIT?.effect as Effect<unknown, unknown, AgreementActions>;
  const transitions = {
    ...real.transitions,
    ADMIT: {
      ...ADMIT,
      effect(s: never, payload: unknown, send: Send<AgreementActions>) {
        const others: Send<AgreementActions> = (action, sent) => {
          if (action !== "FORWARD") send(action, sent);
        };
        return admit(s, payload, others);
      },
    },
  };
  return { ...real, transitions } as unknown as Agreement;
}

const { "FORGED-STABLE": STABLE, "FORGED-INSTALL": INSTALL } = FORGED;

/**
 * The whole stack in which correct replicas owe what they say, and what they say again (CLBFT.AGAIN); clocks run out in the
 * end in each view before the last. What faulty replicas do is owed by nobody.
 */
export function owingJointModel(agreed: ClbftWorld, world: ServiceWorld) {
  const inService = { "FORGED-STABLE": STABLE, "FORGED-INSTALL": INSTALL };
  const parts = {
    ...aroundReplicas({ ...world, enough: world.correct.length }),
    execution: executions(world).map(
      (one): ReturnType<typeof holding> =>
        askedAgain(
          accepting(holding(one, world.replicaWindow), inService as never) as never,
        ) as never,
    ),
    agreement: agreements(agreed).map(
      (one): Agreement => accepting(withoutForwarding(one), FORGED as never),
    ),
    medium: knowing(relaying(agreed), world),
    clocks: clocks(agreed, {
      stableFrom: agreed.views - 1,
      enough: agreed.sizes.viewChanges,
      task: urgent("time out"),
    }),
  };
  return compose("CLBFT with clients, which owes", parts, {
    open: ["RECOVER", "COMPLAIN"],
  });
}

export type OwingJointSystem = ReturnType<typeof owingJointModel>;
