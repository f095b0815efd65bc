import { type Aim, aimed } from "./aim.ts";
import type { Behaviour } from "./behaviour.ts";
import { assertCount } from "./dice.ts";

/**
 * Takes every message and never sends one. Models a process that crashed before the start, or whose
 * answers are cut off. Finds protocols that wait for more than n − f answers, and view changes that
 * count on everybody (known bugs 3, 6, 13).
 */
export const mute = (): Behaviour => ({
  name: "mute",
  begin: () => ({ send: () => undefined }),
});

export interface CrashOptions {
  /** how many messages it takes before it stops; Infinity: as many as come */
  readonly deliveries: number;
  /** how many messages it sends before it stops; Infinity: as many as it likes */
  readonly sends: number;
}

/**
 * Acts correctly for so many deliveries and so many sends, then does nothing more: it neither sends
 * nor answers its users. `sends` stops it in the middle of a broadcast, so that some peers know of a
 * request and others do not: a client that stops half way, a primary that dies while it proposes
 * (known bugs 7, 12). It does not come back with an old state: restart the host for that.
 * @throws RangeError for numbers below 0
 */
export function crash(options: Partial<CrashOptions> = {}): Behaviour {
  const { deliveries = Number.POSITIVE_INFINITY, sends = Number.POSITIVE_INFINITY } = options;
  assertCount("deliveries", deliveries, 0, Number.POSITIVE_INFINITY);
  assertCount("sends", sends, 0, Number.POSITIVE_INFINITY);
  return {
    name: "crash",
    begin() {
      let [delivered, sent, isDown] = [0, 0, deliveries === 0 || sends === 0];
      return {
        deliver(_from, _decoded, _host, next) {
          if (isDown) return;
          next();
          delivered += 1;
          isDown ||= delivered >= deliveries;
        },
        emit(_unit, action, _host, next) {
          if (!isDown) next(action);
        },
        connected(_peer, _host, next) {
          if (!isDown) next();
        },
        send({ unit, to, message }, host) {
          if (isDown) return;
          host.send(unit, to, message);
          sent += 1;
          isDown = sent >= sends;
        },
        release(unit, run, host) {
          if (!isDown) host.release(unit, run);
        },
      };
    },
  };
}

/**
 * Keeps some messages back: from some peers, from one half of them, some types, or a share of all.
 * Models a selective process, which looks correct to those that it serves: a leader that blocks one
 * client (known bug 2), a client that writes to too few replicas, a certificate that only some see
 * (known bug 6).
 * @throws RangeError unless 0 ≤ `share` ≤ 1
 */
export function withhold(aim: Partial<Aim> = {}): Behaviour {
  aimed(aim);
  return {
    name: "withhold",
    begin() {
      const isKeptBack = aimed(aim);
      return {
        send(parcel, host) {
          if (!isKeptBack(parcel, host)) host.send(parcel.unit, parcel.to, parcel.message);
        },
      };
    },
  };
}
