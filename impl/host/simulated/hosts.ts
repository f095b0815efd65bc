import { createHash } from "node:crypto";
import {
  actionText,
  type Index,
  indices,
  sortOf,
  type Value,
} from "../../../spec/automaton/index.ts";
import { digestWith } from "../../crypto/scheme.ts";
import type { HostedProcess } from "../../network/process.ts";
import type { HostFacts, RegisterProtocol } from "../../network/protocol.ts";
import type { ReplicatedService } from "../../network/service-protocol.ts";
import { nodeScheme } from "../crypto/node.ts";
import { createSigner, createVerifier } from "../crypto/verifier.ts";
import type { Host, HostObserver } from "../host.ts";
import type { Codec } from "../key-value.ts";
import {
  type Client,
  type ServiceUser,
  startClient,
  startReplica,
  startServiceUser,
} from "../members.ts";
import { Store } from "../store/store.ts";
import { storedBy } from "../stored-by.ts";
import type { Verifier } from "../world.ts";
import type { ProcessWorld } from "./process-world.ts";
import type { ProcessRunner } from "./schedule-run.ts";

/** What a simulated cluster runs. */
export type SimulatedProtocol = RegisterProtocol | ReplicatedService;

export interface HostsOptions {
  readonly protocol: SimulatedProtocol;
  /** decides the keys */
  readonly seed: number;
  readonly faults: number;
  readonly clients: number;
  /**
   * Makes a faulty process of a correct one; `again` builds another correct copy.
   * @param behaviour what the schedule says that it is; null: correct
   */
  readonly disguise?: (
    process: HostedProcess,
    again: () => HostedProcess,
    behaviour: string | null,
  ) => HostedProcess;
  /** Sees what each process does, beside the trace. */
  readonly observe?: (process: Index) => HostObserver;
  readonly operationMs?: number;
  /** as a configuration says it; who restarts them is the caller */
  readonly recovery?: HostFacts["recovery"];
}

/** A process that is up. */
export interface Member {
  readonly host: Host;
  /** of a client where the protocol offers registers */
  readonly store: Client<string>["store"] | null;
  /** of a client where the protocol offers a service */
  readonly calls: ServiceUser["calls"] | null;
}

const KEY_BYTES = 64;
const VALUE_BYTES = 4096;
/** Whether an operation is stuck is for the run to say: none gives up by itself. */
const OPERATION_MS = 1e9;
const MESSAGE_BYTES = 1 << 20;
const SUSPICION = { firstMs: 100, mostMs: 5000 };
const RETRANSMISSION = { firstMs: 20, factor: 2, mostMs: 1000 };

const textCodec: Codec<string> = { encode: (value) => value, decode: (text) => text };

/** Runs the real hosts of a protocol, with real keys and stores, in a simulated world. */
export class HostRunner implements ProcessRunner<Member> {
  readonly facts: HostFacts;
  readonly #options: HostsOptions;
  readonly #verifier: Verifier;

  constructor(options: HostsOptions) {
    this.#options = options;
    const { protocol, seed, faults, clients, recovery } = options;
    const replicas = indices("replica", protocol.replicasFor(faults));
    this.facts = {
      cluster: `simulated-${seed}`,
      faults,
      replicas,
      clients: indices("client", clients),
      keyBytes: KEY_BYTES,
      valueBytes: VALUE_BYTES,
      retransmission: RETRANSMISSION,
      messageBytes: MESSAGE_BYTES,
      suspicion: SUSPICION,
      ...(recovery === undefined ? {} : { recovery }),
      digest: digestWith(nodeScheme),
      authorise: () => true,
    };
    const processes: readonly Index[] = [...replicas, ...this.facts.clients];
    // One verifier for all: it computes a function, and remembers what it computed.
    this.#verifier = createVerifier({
      scheme: nodeScheme,
      scope: this.facts.cluster,
      keys: new Map(
        processes.map((one) => [one, nodeScheme.publicKey(this.secretOf(one))] as const),
      ),
      off: "this thread",
    });
  }

  /** The signing key of a process: simulated worlds keep no secrets. */
  secretOf(process: Index): Uint8Array {
    return createHash("sha256").update(`${this.#options.seed} ${process}`).digest();
  }

  signerOf(process: Index): (statement: Value) => Uint8Array {
    return createSigner(nodeScheme, this.facts.cluster, this.secretOf(process));
  }

  async start(process: Index, world: ProcessWorld): Promise<Member> {
    const { protocol, disguise, observe } = this.#options;
    const { facts } = this;
    const identity = {
      protocol: storedBy(protocol),
      cluster: facts.cluster,
      process,
      format: protocol.format,
    };
    const store = await Store.open(world.disk, identity, {
      defer: (run) => world.clock.after(0, run),
      onFailure: (error) => world.failed(error),
    });
    const seen = observe?.(process);
    const base = {
      clock: world.clock,
      random: world.random,
      verifier: this.#verifier,
      sign: this.signerOf(process),
      store,
      connect: world.connect,
      observer: {
        ...seen,
        action(unit, action) {
          world.note(`${unit} ${actionText(action)}`);
          seen?.action?.(unit, action);
        },
        failed(error) {
          world.failed(error);
          seen?.failed?.(error);
        },
      } satisfies HostObserver,
    };
    const disguised = (again: () => HostedProcess) => (one: HostedProcess) =>
      disguise === undefined ? one : disguise(one, again, world.behaviour);
    if (sortOf(process) === "replica") {
      const self = process as Index<"replica">;
      const again = disguised(() => protocol.replica(self, facts));
      const host = await startReplica(protocol, self, facts, base, again);
      return { host, store: null, calls: null };
    }
    const self = process as Index<"client">;
    const again = disguised(() => protocol.client(self, facts, () => undefined).process);
    const { operationMs = OPERATION_MS } = this.#options;
    const limits = {
      keyBytes: KEY_BYTES,
      valueBytes: VALUE_BYTES,
      pendingOperations: 1000,
      operationMs,
    };
    if (protocol.offers === "service") {
      return {
        store: null,
        ...(await startServiceUser(protocol, self, facts, base, limits, again)),
      };
    }
    const client = await startClient(protocol, self, facts, base, textCodec, limits, again);
    return { ...client, calls: null };
  }

  invoke(
    { store, calls }: Member,
    { kind, key, value }: Parameters<ProcessRunner<Member>["invoke"]>[1],
    done: Parameters<ProcessRunner<Member>["invoke"]>[2],
  ): void {
    let result: Promise<string | null | undefined>;
    if (calls !== null) {
      result = kind === "read" ? calls.read(value ?? "") : calls.invoke(value ?? "");
    } else if (store === null) throw new RangeError("A replica has no users.");
    else if (kind === "get") result = store.get(key);
    else result = store.put(key, value ?? "").then(() => null);
    result.then(
      (got) => done({ result: got ?? null }),
      (error) => done({ error }),
    );
  }
}
