import { compareTimestamps, type Timestamp } from "../../../../impl/bft-bc/messages.ts";
import { decodeReply } from "../../../../impl/bft-bc/replies.ts";
import { REPAIRED } from "../../../../impl/bft-bc/rules.ts";
import {
  asMessage,
  asReply,
  type Membership,
  type Reply,
  timestampOf,
} from "../../../../impl/bft-bc/wire.ts";
import { digestWith } from "../../../../impl/crypto/scheme.ts";
import { nodeScheme } from "../../../../impl/host/crypto/node.ts";
import { createVerifier } from "../../../../impl/host/crypto/verifier.ts";
import type { TlsTransport } from "../../../../impl/host/tls/transport.ts";
import type { Wire } from "../../../../impl/network/process.ts";
import { type Index, named } from "../../../../spec/automaton/index.ts";
import type { ClusterFiles } from "./cluster.ts";
import { rawTransport } from "./raw.ts";

const digest = digestWith(nodeScheme);

const BAIT_MS = 100;
/** How many baits are laid out again when a replica comes back. */
const BAITS_AGAIN = 40;

/**
 * A faulty client that finds out whether replicas forget. It asks each to sign two values for one
 * timestamp, before and after they were killed: one that forgot the first signs the second. And it
 * reads what is written: one that forgot goes back to an older timestamp than it has shown.
 */
export class Witness {
  /** what was signed, by replica and bait */
  readonly #signed = new Map<string, string>();
  /** the latest timestamp that was shown, by replica and key */
  readonly #shown = new Map<string, Timestamp>();
  readonly contradictions: string[] = [];
  signatures = 0;
  readings = 0;
  readonly #files: ClusterFiles;
  readonly #client: Index<"client">;
  readonly #keys: readonly string[];
  readonly #of: Membership;
  #transport: TlsTransport | null = null;
  #baits = 0;
  #nonce = 0;
  #timer: NodeJS.Timeout | null = null;

  private constructor(files: ClusterFiles, client: Index<"client">, keys: readonly string[]) {
    this.#files = files;
    this.#client = client;
    this.#keys = keys;
    const replicas = new Set(files.configuration.replicas.map(({ process }) => process));
    this.#of = { replicas, quorum: 3, objectCharsMax: 1000, valueCharsMax: 1000, rules: REPAIRED };
  }

  /** @param keys those that others write */
  static async start(
    files: ClusterFiles,
    client: Index<"client">,
    keys: readonly string[],
  ): Promise<Witness> {
    const witness = new Witness(files, client, keys);
    await witness.#open();
    return witness;
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#transport?.close();
  }

  async #open(): Promise<void> {
    const { configuration } = this.#files;
    const verifier = createVerifier({
      scheme: nodeScheme,
      scope: configuration.cluster,
      keys: new Map(
        configuration.replicas.map(({ process, keys }) => [
          process as Index,
          new Uint8Array(Buffer.from(keys.signing, "base64url")),
        ]),
      ),
      off: "this thread",
    });
    this.#transport = await rawTransport(this.#files, this.#client, {
      receive: (from: Index, message: Wire) => {
        const decoded = decodeReply(from as Index<"replica">, message, this.#of);
        if ("refused" in decoded) {
          this.contradictions.push(`${from}: ${decoded.refused}`);
          return;
        }
        verifier.verify(decoded.signatures, (valid) => {
          if (valid) this.#judge(from, asReply(decoded.message));
          else this.contradictions.push(`${from} sent a wrong signature`);
        });
      },
      connected: (replica) => {
        for (let at = Math.max(0, this.#baits - BAITS_AGAIN); at < this.#baits; at += 1) {
          this.#bait(replica, at);
        }
      },
      disconnected: () => undefined,
    });
    this.#timer = setInterval(() => {
      this.#baits += 1;
      for (const replica of this.#of.replicas) {
        this.#bait(replica, this.#baits - 1);
        for (const key of this.#keys) this.#read(replica, key);
      }
    }, BAIT_MS);
  }

  /** Asks for both values in either order; a replica may sign the one that it takes first. */
  #bait(replica: Index, at: number): void {
    const values = Math.random() < 0.5 ? ["one", "other"] : ["other", "one"];
    for (const value of values) {
      const request = {
        type: "PREPARE" as const,
        object: named("object", `bait ${at}`),
        ts: { val: 1, id: this.#client },
        hash: digest(value),
        predecessor: null,
        writeProof: null,
        completed: null,
      };
      this.#transport?.send(replica, asMessage(request));
    }
  }

  #read(replica: Index, key: string): void {
    this.#nonce += 1;
    const object = named("object", key);
    this.#transport?.send(replica, asMessage({ type: "READ", object, nonce: this.#nonce }));
  }

  #judge(from: Index, reply: Reply): void {
    const name = `${from} ${reply.object}`;
    if (reply.type === "PREPARE-ACK") {
      this.signatures += 1;
      const before = this.#signed.get(name);
      if (before !== undefined && before !== reply.hash) {
        this.contradictions.push(`${name}: signed two values for one timestamp`);
      }
      this.#signed.set(name, reply.hash);
    } else if (reply.type === "READ-REPLY") {
      this.readings += 1;
      const ts = timestampOf(reply.proof);
      const before = this.#shown.get(name);
      if (before !== undefined && compareTimestamps(ts, before) < 0) {
        this.contradictions.push(`${name}: went back from ${before.val} to ${ts.val}`);
      } else this.#shown.set(name, ts);
    }
  }
}
