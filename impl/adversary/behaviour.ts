import type { Action, Index } from "../../spec/automaton/index.ts";
import type { Decoded, HostedProcess, Message, ProcessHost, Wire } from "../network/process.ts";
import { assertShare, happens } from "./dice.ts";

/*
 * A Byzantine process is a correct one between which and its host something stands that lies. So the
 * same behaviour runs with real keys and on a simulated world. It signs with its own key alone: what
 * others sign it can repeat, keep back and cut into pieces, never make.
 */

/** A message on its way out, and the unit whose durability it waits for. */
export interface Parcel {
  readonly unit: string;
  readonly to: Index;
  readonly message: Message;
}

type Decoding = Decoded | { readonly refused: string };

/**
 * What one faulty process does differently. Each hook stands between the process and its host; one
 * that is left out acts correctly. `next` goes on to the process, `host` on to the world: what a hook
 * sends there does not come back to it.
 */
export interface Deviation {
  decode?(from: Index, message: Wire, next: () => Decoding): Decoding;
  deliver?(from: Index, decoded: Decoded, host: ProcessHost, next: () => void): void;
  emit?(unit: string, action: Action, host: ProcessHost, next: (action: Action) => void): void;
  connected?(peer: Index, host: ProcessHost, next: () => void): void;
  /** The process sends: `host.send` passes on, as it is or not. */
  send?(parcel: Parcel, host: ProcessHost): void;
  /** The process answers a local user. */
  release?(unit: string, run: () => void, host: ProcessHost): void;
}

/** Makes another process like the faulty one, in its start state, under the same identity. */
export type Again = () => HostedProcess;

/** A way to be faulty. It holds no state: each process that behaves so begins a deviation. */
export interface Behaviour {
  readonly name: string;
  begin(again: Again): Deviation;
}

const CORRECT: Required<Deviation> = {
  decode: (_from, _message, next) => next(),
  deliver: (_from, _decoded, _host, next) => next(),
  emit: (_unit, action, _host, next) => next(action),
  connected: (_peer, _host, next) => next(),
  send: ({ unit, to, message }, host) => host.send(unit, to, message),
  release: (unit, run, host) => host.release(unit, run),
};

const complete = (deviation: Deviation): Required<Deviation> => ({ ...CORRECT, ...deviation });

/** The host as it looks from behind a deviation. */
export function through(
  host: ProcessHost,
  deviation: Pick<Deviation, "send" | "release">,
): ProcessHost {
  const { send, release } = complete(deviation);
  return {
    now: () => host.now(),
    after: (delayMs, run) => host.after(delayMs, run),
    random: (count) => host.random(count),
    input: (unit, action) => host.input(unit, action),
    state: (unit, leaf) => host.state(unit, leaf),
    sign: (statement) => host.sign(statement),
    send: (unit, to, message) => send({ unit, to, message }, host),
    release: (unit, run) => release(unit, run, host),
    hasRoom: (unit) => host.hasRoom(unit),
    kept: (unit, slot) => host.kept(unit, slot),
    phases: (operation, count) => host.phases(operation, count),
    keep: (unit, slot, certificate) => host.keep(unit, slot, certificate),
  };
}

/**
 * A faulty process: `process` with a behaviour around it. A host runs it as it runs a correct one.
 *
 * ```ts
 * const faulty = byzantine(protocol.replica(self, facts), doubleVote());
 * ```
 * @param again makes another correct copy, for the behaviours that run several. The default, the
 * process itself, is right for processes that keep nothing beside their units, as most replicas do;
 * clients keep their requests, so give one that builds another client.
 */
export function byzantine(
  process: HostedProcess,
  behaviour: Behaviour,
  again: Again = () => process,
): HostedProcess {
  const deviation = complete(behaviour.begin(again));
  // Processes keep their host in timers and exchanges, so one host must stay one object.
  const seen = new WeakMap<ProcessHost, ProcessHost>();
  const behind = (host: ProcessHost) => {
    const known = seen.get(host) ?? through(host, deviation);
    seen.set(host, known);
    return known;
  };
  return {
    self: process.self,
    ...(process.recovers === undefined ? {} : { recovers: process.recovers }),
    unit: (name) => process.unit(name),
    decode: (from, message) => deviation.decode(from, message, () => process.decode(from, message)),
    deliver: (from, decoded, host) =>
      deviation.deliver(from, decoded, host, () => process.deliver(from, decoded, behind(host))),
    emit: (unit, action, host) =>
      deviation.emit(unit, action, host, (said) => process.emit(unit, said, behind(host))),
    connected: (peer, host) =>
      deviation.connected(peer, host, () => process.connected?.(peer, behind(host))),
  };
}

/**
 * Several behaviours in one process: what the first lets out goes through the second, and so on; what
 * comes in meets the last one first. `combine(doubleVote(), withhold({ half: true }))` votes twice and
 * tells only half of the peers.
 */
export function combine(...behaviours: readonly Behaviour[]): Behaviour {
  return {
    name: behaviours.map(({ name }) => name).join(" + "),
    begin(again) {
      let copy = again;
      let all = CORRECT;
      for (const behaviour of behaviours) {
        const inner = copy;
        all = around(all, complete(behaviour.begin(inner)));
        // A copy behaves like the process that it is a copy of, up to this layer.
        copy = () => byzantine(inner(), behaviour, inner);
      }
      return all;
    },
  };
}

/** Two deviations as one, `inner` next to the process. */
function around(inner: Required<Deviation>, outer: Required<Deviation>): Required<Deviation> {
  return {
    decode: (from, message, next) =>
      outer.decode(from, message, () => inner.decode(from, message, next)),
    deliver: (from, decoded, host, next) =>
      outer.deliver(from, decoded, host, () =>
        inner.deliver(from, decoded, through(host, outer), next),
      ),
    emit: (unit, action, host, next) =>
      outer.emit(unit, action, host, (said) => inner.emit(unit, said, through(host, outer), next)),
    connected: (peer, host, next) =>
      outer.connected(peer, host, () => inner.connected(peer, through(host, outer), next)),
    send: (parcel, host) => inner.send(parcel, through(host, outer)),
    release: (unit, run, host) => inner.release(unit, run, through(host, outer)),
  };
}

/**
 * Behaves so now and then: it is drawn for each delivery, output and greeting, and holds for all that
 * follows at once; what timers send is drawn message by message. Models faults that come and go, which
 * tests for "it answered once, so it is correct" miss. To draw for each message of a broadcast, use
 * the `share` of a behaviour's aim.
 * @throws RangeError unless 0 ≤ `share` ≤ 1
 */
export function sometimes(share: number, behaviour: Behaviour): Behaviour {
  assertShare(share);
  return {
    name: `${behaviour.name} (${share})`,
    begin(again) {
      const faulty = complete(behaviour.begin(again));
      // The hooks of one behaviour work together, so one draw decides for all that are nested.
      let drawn: Required<Deviation> | null = null;
      const now = (host: ProcessHost, act: (as: Required<Deviation>) => void) => {
        if (drawn !== null) return act(drawn);
        drawn = happens(host, share) ? faulty : CORRECT;
        try {
          act(drawn);
        } finally {
          drawn = null;
        }
      };
      return {
        decode: faulty.decode,
        deliver: (from, decoded, host, next) =>
          now(host, (as) => as.deliver(from, decoded, host, next)),
        emit: (unit, action, host, next) => now(host, (as) => as.emit(unit, action, host, next)),
        connected: (peer, host, next) => now(host, (as) => as.connected(peer, host, next)),
        send: (parcel, host) => now(host, (as) => as.send(parcel, host)),
        release: (unit, run, host) => now(host, (as) => as.release(unit, run, host)),
      };
    },
  };
}
