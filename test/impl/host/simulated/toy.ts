import type { Outcome } from "../../../../impl/host/simulated/operations.ts";
import type { ProcessWorld } from "../../../../impl/host/simulated/process-world.ts";
import type { ClientOperation } from "../../../../impl/host/simulated/schedule.ts";
import type { ProcessRunner } from "../../../../impl/host/simulated/schedule-run.ts";
import type { Transport } from "../../../../impl/host/world.ts";
import { type Index, indices, sortOf } from "../../../../spec/automaton/index.ts";

/*
 * A toy without any protocol: replicas count the requests that they have on their disks; a client sends
 * its request to all, again and again, until most of them have answered with their count.
 */

export const replicas = indices("replica", 3);
export const clients = indices("client", 2);

export interface ToyOptions {
  /** when a replica answers: once the request is durable, or (a bug) before */
  readonly answers?: "durable" | "early";
}

interface Request {
  readonly done: (outcome: Outcome) => void;
  readonly counts: Map<Index, number>;
}

interface Toy {
  invoke(operation: ClientOperation, done: (outcome: Outcome) => void): void;
}

type ToyMessage =
  | { readonly type: "request"; readonly id: string }
  | { readonly type: "answer"; readonly id: string; readonly count: number };

const AGAIN_MS = 100;
/** how long the bug leaves what was answered without a write */
const LATE_MS = 50;

export function toyCluster({ answers = "durable" }: ToyOptions = {}): ProcessRunner<Toy> {
  return {
    start: (process, world) =>
      sortOf(process) === "replica"
        ? startReplica(world, answers)
        : Promise.resolve(startClient(process, world)),
    invoke: (toy, operation, done) => toy.invoke(operation, done),
  };
}

async function startReplica(world: ProcessWorld, answers: "durable" | "early"): Promise<Toy> {
  const found = await world.disk.entries("id:", "id;");
  // What a crash has torn is empty or zero: it was never answered.
  const whole = found.filter(([, [first = 0]]) => first !== 0);
  if (whole.some(([, [first]]) => first !== 7)) throw new Error("The disk is damaged.");
  const ids = new Set(whole.map(([key]) => key));
  world.note("recovered", [...ids]);
  const transport: Transport = world.connect({
    receive(from, message) {
      const { id } = message as ToyMessage;
      const key = `id:${id}`;
      const answer = () => {
        if (world.behaviour === "mute") return;
        world.note("answered", key);
        transport.send(from, { type: "answer", id, count: ids.size });
      };
      const isKnown = ids.has(key);
      ids.add(key);
      if (isKnown || answers === "early") answer();
      if (isKnown) return;
      const write = () =>
        world.disk.write([{ type: "put", key, value: Uint8Array.of(7) }], (error) => {
          if (error !== null) world.failed(error);
          else if (answers === "durable") answer();
        });
      if (answers === "durable") write();
      else world.clock.after(LATE_MS, write);
    },
    connected: () => undefined,
    disconnected: () => undefined,
  });
  return { invoke: () => undefined };
}

function startClient(self: Index, world: ProcessWorld): Toy {
  const open = new Map<string, Request>();
  const transport = world.connect({
    receive(from, message) {
      const { id, count } = message as Extract<ToyMessage, { type: "answer" }>;
      const request = open.get(id);
      request?.counts.set(from, count);
      if (request === undefined || 2 * request.counts.size <= replicas.length) return;
      open.delete(id);
      // Through a promise, as users of a real client wait.
      Promise.resolve(Math.max(...request.counts.values())).then((result) =>
        request.done({ result }),
      );
    },
    connected: () => undefined,
    disconnected: () => undefined,
  });
  return {
    invoke({ key, value }, done) {
      const id = `${self} ${key} ${value} ${Buffer.from(world.random(4)).toString("hex")}`;
      const request: Request = { done, counts: new Map() };
      open.set(id, request);
      const send = () => {
        if (!open.has(id)) return;
        for (const replica of replicas) {
          if (!request.counts.has(replica)) transport.send(replica, { type: "request", id });
        }
        world.clock.after(AGAIN_MS, send);
      };
      send();
    },
  };
}
