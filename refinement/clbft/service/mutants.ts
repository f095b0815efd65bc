import type { ServiceState } from "../../../impl/clbft/messages.ts";
import type { ServiceSystem } from "../../../impl/clbft/model/service/composition.ts";
import {
  type AnyAutomaton,
  type Composition,
  detach,
  durable,
  mapAutomata,
  type Parts,
  symbolicDigest,
  volatileMutants,
} from "../../../spec/automaton/index.ts";

/*
 * Bugs of execution that are no rule of `ClbftRules`: each changes one effect of the automaton that runs.
 */

type Payload = Readonly<Record<string, unknown>>;
type SendAny = (action: string, payload: Payload) => void;
type EffectOn<S> = (state: S, payload: Payload, send: SendAny) => unknown;

/** The same part with the effects of some actions changed. */
function changing<P extends Parts, S>(
  system: Composition<P>,
  part: string,
  actions: readonly string[],
  change: (effect: EffectOn<S>) => EffectOn<S>,
): Composition<P> {
  return mapAutomata(system, (one, at) => {
    if (at !== part) return one;
    const changed = Object.entries(one.transitions).map(([action, transition]) => {
      if (!actions.includes(action)) return [action, transition];
      const effect = change((transition.effect ?? (() => undefined)) as EffectOn<S>);
      return [action, { ...transition, effect }];
    });
    return { ...one, transitions: Object.fromEntries(changed) };
  });
}

const onlyExecution = <P extends Parts>(
  system: Composition<P>,
  change: (one: AnyAutomaton) => AnyAutomaton,
) => mapAutomata(system, (one, at) => (at === "execution" ? change(one) : one));

interface Snapshots {
  readonly snapshots: Record<string, { digest: string; state: ServiceState }>;
}

/** A checkpoint is the service's state alone. */
export const snapshotsWithoutRecords = (system: ServiceSystem): ServiceSystem =>
  changing(
    system,
    "execution",
    ["EXECUTE"],
    (effect: EffectOn<Snapshots>) => (s, payload, send) => {
      effect(s, payload, send);
      const n = payload.n as number;
      const made = s.snapshots[n];
      if (made === undefined) return;
      const state: ServiceState = detach({ service: made.state.service, clients: {} });
      s.snapshots[n] = { digest: symbolicDigest({ n, state }), state };
    },
  );

/** A checkpoint's digest covers what waits at this replica, too. */
export const digestsOfWaiting = (system: ServiceSystem): ServiceSystem =>
  changing(
    system,
    "execution",
    ["EXECUTE"],
    (effect: EffectOn<Snapshots & { readonly admitted: readonly unknown[] }>) =>
      (s, payload, send) => {
        const n = payload.n as number;
        const isNew = s.snapshots[n] === undefined;
        const waits = s.admitted.length;
        effect(s, payload, send);
        const made = s.snapshots[n];
        if (isNew && made !== undefined)
          made.digest = symbolicDigest({ n, state: made.state, waits });
      },
  );

interface Records {
  readonly clients: Record<string, { last: number; results: Record<string, string> }>;
}

/** A request that comes again is answered with the result of the client's last one. */
export const repliesOfLast = (system: ServiceSystem): ServiceSystem =>
  changing(
    system,
    "execution",
    ["REQUEST", "REQUEST-AGAIN"],
    (effect: EffectOn<Records>) => (s, payload, send) =>
      effect(s, payload, (action, reply) => {
        const record = s.clients[reply.client as string];
        const result = record?.results[record.last];
        send(action, action === "REPLY" && result !== undefined ? { ...reply, result } : reply);
      }),
  );

/** After a restart a replica goes on where it was, with the service of its last checkpoint. */
export function withoutExecutingAgain(system: ServiceSystem): ServiceSystem {
  const keeping = onlyExecution(system, (one) => ({
    ...one,
    fields: { ...one.fields, executed: durable("mutant: the number survives a crash") },
    recover: {
      ...one.recover,
      effect(s: { executed: number }, payload: Payload, send: SendAny) {
        const { executed } = s;
        one.recover?.effect(s, payload, send as never);
        s.executed = executed;
      },
    } as never,
  }));
  return changing(keeping as ServiceSystem, "ordering", ["RESTART"], () => () => undefined);
}

/** A durable field of a part is lost in a crash. */
export const losing = (part: string, field: string) => (system: ServiceSystem) => {
  const mutants = volatileMutants(system);
  const mutant = mutants.find((one) => one.part === part && one.field === field);
  if (mutant === undefined) throw new RangeError(`no durable ${part}.${field}`);
  return mutant.system as ServiceSystem;
};
