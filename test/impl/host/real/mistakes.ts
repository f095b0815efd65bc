import { cp, readFile, rename, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { ClassicLevel } from "classic-level";
import { createReplica } from "../../../../impl/bft-bc/replica.ts";
import { createKeyFile, keyFiles } from "../../../../impl/host/identity/key-files.ts";
import { readRecord } from "../../../../impl/host/store/record.ts";
import { LOG_KEYS, META_KEY, readMeta, sealMeta } from "../../../../impl/host/store/records.ts";
import type { ClusterFiles } from "./cluster.ts";
import type { Quorate } from "./quorate.ts";

interface Changeable {
  replicas: { process: string; keys: unknown }[];
  limits: Record<string, number>;
}

export interface Mistake {
  readonly code: string;
  readonly says: RegExp;
  /** @returns what puts it right */
  readonly make: () => Promise<() => Promise<unknown>>;
}

const flipped = (bytes: Uint8Array) => bytes.with(20, (bytes[20] as number) ^ 1);

function ofLaterVersion(bytes: Uint8Array): Uint8Array {
  const reading = readRecord(bytes);
  if (reading.kind !== "intact") throw new Error("damaged");
  const meta = readMeta(reading.content);
  return sealMeta({ ...meta, identity: { ...meta.identity, format: 99 } });
}

async function moved(from: string, to: string) {
  await rename(from, to);
  return () => rename(to, from);
}

/**
 * What can be wrong when replica#0 is started.
 * @param start starts one
 */
export function mistakesWith(
  files: () => ClusterFiles,
  start: () => Quorate,
): Readonly<Record<string, Mistake>> {
  const data = (process: string) => files().path("data", process);
  const key = (process: string, file: string) => files().path("keys", process, file);

  /** Runs while replica#0 is down: what LevelDB has in its folder. */
  async function withLevel(use: (level: ClassicLevel<string, Uint8Array>) => Promise<void>) {
    const level = new ClassicLevel<string, Uint8Array>(data("replica#0"), {
      valueEncoding: "view",
    });
    await level.open();
    await use(level);
    await level.close();
  }

  /** Does something to a record of the store of replica#0. @returns what puts it back */
  async function tamper(prefix: string, change: (bytes: Uint8Array) => Uint8Array) {
    let [name, before]: [string, Uint8Array] = ["", new Uint8Array()];
    await withLevel(async (level) => {
      [[name, before]] = (await level.iterator({ gte: prefix, limit: 1 }).all()) as [
        [string, Uint8Array],
      ];
      before = Uint8Array.from(before);
      await level.put(name, change(Uint8Array.from(before)));
    });
    return () => withLevel((level) => level.put(name, before));
  }

  /** Replaces part of the configuration. */
  async function configured(change: (config: Changeable) => void) {
    const before = await readFile(files().path("quorate.json"), "utf8");
    const config: Changeable = JSON.parse(before);
    change(config);
    await files().write("quorate.json", JSON.stringify(config));
    return () => files().write("quorate.json", before);
  }
  return {
    "a port in use": {
      code: "port-in-use",
      says: /Stop what listens there/,
      async make() {
        // Clients go on dialling this port, and an open connection would keep the server open.
        const occupant = createServer((socket) => socket.destroy());
        const { port } = files().configuration.replicas[0]?.address ?? {};
        await new Promise<void>((resolve) => occupant.listen(port, "127.0.0.1", resolve));
        return () => new Promise((resolve) => occupant.close(resolve));
      },
    },
    "a missing key": {
      code: "key-missing",
      says: /signing\.key\.pem cannot be read: ENOENT/,
      make: () => moved(key("replica#0", keyFiles.signing), files().path("elsewhere.pem")),
    },
    "a key of nobody": {
      code: "key-mismatch",
      says: /holds the private key of/,
      async make() {
        const own = key("replica#0", keyFiles.tls);
        const putBack = await moved(own, files().path("own.pem"));
        await createKeyFile(own);
        return putBack;
      },
    },
    "the key of another replica": {
      code: "key-mismatch",
      says: /holds the private key of/,
      async make() {
        const own = key("replica#0", keyFiles.signing);
        const putBack = await moved(own, files().path("own.pem"));
        await cp(key("replica#1", keyFiles.signing), own);
        return putBack;
      },
    },
    "swapped keys": {
      code: "key-mismatch",
      says: /signing\.key\.pem/,
      async make() {
        const [one, other] = [keyFiles.signing, keyFiles.tls].map((file) => key("replica#0", file));
        const swap = async () => {
          await rename(one as string, files().path("swap.pem"));
          await rename(other as string, one as string);
          await rename(files().path("swap.pem"), other as string);
        };
        await swap();
        return swap;
      },
    },
    "a key that is cut off": {
      code: "key-malformed",
      says: /holds no private key/,
      async make() {
        const own = key("replica#0", keyFiles.tls);
        const text = await readFile(own, "utf8");
        await files().write("keys/replica#0/tls.key.pem", text.slice(0, 60));
        return () => files().write("keys/replica#0/tls.key.pem", text);
      },
    },
    "too few replicas": {
      code: "replicas-too-few",
      says: /3f \+ 1/,
      make: () => configured(({ replicas }) => replicas.pop()),
    },
    "a typo in the configuration": {
      code: "config-invalid",
      says: /limits\.keyByte: unknown field; did you mean keyBytes\?/,
      make: () =>
        configured(({ limits }) => {
          limits.keyByte = 7;
        }),
    },
    "the store of another replica": {
      code: "store-foreign",
      says: /replica#3/,
      async make() {
        // One that is really its own: replica#3 has made it.
        const other = await createReplica(files().start("replica#3"));
        await other.close();
        const putBack = await moved(data("replica#0"), files().path("own-data"));
        await cp(data("replica#3"), data("replica#0"), { recursive: true });
        return async () => {
          await rm(data("replica#0"), { recursive: true });
          await putBack();
        };
      },
    },
    "a store of a later version": {
      code: "store-newer",
      says: /format 99/,
      make: () => tamper(META_KEY, ofLaterVersion),
    },
    "a store in use": {
      code: "store-in-use",
      says: /Another process runs on this folder/,
      async make() {
        const other = start();
        await other.isReachable();
        return () => other.signal("SIGTERM");
      },
    },
    "one flipped bit in the store": {
      code: "store-corrupt",
      says: /log\/0000000000000001/,
      make: () => tamper(LOG_KEYS.from, flipped),
    },
    "a store without its first file": {
      code: "store-corrupt",
      says: /no file CURRENT/,
      make: () => moved(`${data("replica#0")}/CURRENT`, files().path("CURRENT")),
    },
  };
}
