import type { Index } from "../../spec/automaton/index.ts";
import { below, pick } from "../adversary/dice.ts";
import type { Behaviour } from "../adversary/index.ts";
import type { ProcessHost } from "../network/process.ts";
import { Coalition } from "./faulty-coalition.ts";
import type { Client, RegisterObject } from "./messages.ts";

/*
 * Faulty clients that know BFT-BC. What one learns all know, so one goes on with what another has
 * left behind when it stopped, as Definition 1 fears. They sign nothing that a client may not sign
 * and repeat what replicas signed: all that the paper's adversary can.
 */

/** What they do all the time, by name, with how often each is drawn. */
interface Plan {
  /** prepares one timestamp after another in advance, with any write proof that may make room */
  readonly hoards: number;
  /** prepares another value under a timestamp that it has prepared */
  readonly repeats: number;
  /** writes what somebody prepared to some of the replicas */
  readonly writes: number;
  /** writes another value than the one that a proof is for */
  readonly swaps: number;
  /** optimised: has replicas prepare what it asks for in phase 1, again and again */
  readonly asks: number;
}

const PLANS: Readonly<Record<string, Plan>> = {
  "prepares-ahead": { hoards: 6, repeats: 0, writes: 1, swaps: 0, asks: 6 },
  "prepares-twice": { hoards: 2, repeats: 5, writes: 2, swaps: 0, asks: 3 },
  "swaps-values": { hoards: 1, repeats: 0, writes: 1, swaps: 3, asks: 1 },
  conspires: { hoards: 3, repeats: 3, writes: 3, swaps: 1, asks: 3 },
};

/** The faulty clients that know BFT-BC, by name, made for one run: they conspire. */
export function faultyClients(): Readonly<Record<string, () => Behaviour>> {
  const known = new Coalition();
  return Object.fromEntries(
    Object.entries(PLANS).map(([name, plan]) => [name, () => faultyClient(name, plan, known)]),
  );
}

/** The faulty client acts so often for each object, and then rests. */
const ACTS_MAX = 300;
const PAUSE_MS_MAX = 8;

function faultyClient(name: string, plan: Plan, known: Coalition): Behaviour {
  return {
    name,
    begin(again) {
      const self = again().self as Client;
      const objects = new Map<RegisterObject, { acts: number }>();
      const replicas = new Set<Index>();
      const act = (object: RegisterObject, host: ProcessHost) => {
        const of = { self, object, host, replicas: [...replicas] };
        const deed = drawn(known.isOptimised ? plan : { ...plan, asks: 0 }, host);
        if (deed === "asks") known.ask(of);
        else if (deed === "hoards") known.prepareAhead(of);
        else if (deed === "repeats") known.prepareTwice(of);
        else known.write(of, deed === "swaps");
      };
      const goOn = (object: RegisterObject, host: ProcessHost) => {
        const campaign = objects.get(object);
        if (campaign === undefined || campaign.acts >= ACTS_MAX) return;
        campaign.acts += 1;
        host.after(1 + below(host, PAUSE_MS_MAX), () => {
          act(object, host);
          goOn(object, host);
        });
      };
      return {
        decode(from, message, next) {
          known.hear(from, message);
          return next();
        },
        send({ unit, to, message }, host) {
          const object = unit as RegisterObject;
          replicas.add(to);
          known.learn(message);
          host.send(unit, to, message);
          if (objects.has(object)) return;
          objects.set(object, { acts: 0 });
          goOn(object, host);
        },
      };
    },
  };
}

function drawn(plan: Plan, host: ProcessHost): string | undefined {
  return pick(
    host,
    Object.entries(plan).flatMap(([deed, weight]) => new Array<string>(weight).fill(deed)),
  );
}
