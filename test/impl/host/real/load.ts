import type { Operation } from "../../../../checker/history/history.ts";
import type { RegisterOperation, RegisterValue } from "../../../../checker/history/register.ts";
import { pause } from "./cluster.ts";

/** What puts and gets: a client of this process, or of another. */
export interface Store {
  put(key: string, value: string): Promise<void>;
  get(key: string): Promise<string | null | undefined>;
}

/** What clients asked and got, with times of this process's clock, for `checkRegisters`. */
export class History {
  readonly operations: Operation<RegisterOperation, RegisterValue>[] = [];
  completed = 0;
  #values = 0;

  /** A value that nobody else writes. */
  value(client: string): string {
    this.#values += 1;
    return `${client}-${this.#values}`;
  }

  put(client: string, store: Store, key: string, value = this.value(client)): Promise<void> {
    return this.#note(client, { op: "put", key, value }, async () => {
      await store.put(key, value);
      return null;
    }).then(() => undefined);
  }

  get(client: string, store: Store, key: string): Promise<RegisterValue> {
    return this.#note(client, { op: "get", key }, async () => (await store.get(key)) ?? null);
  }

  /** One that fails stays in the history: it may take effect at any time. */
  async #note(
    client: string,
    operation: RegisterOperation,
    run: () => Promise<RegisterValue>,
  ): Promise<RegisterValue> {
    const invoked = performance.now();
    const at = this.operations.push({ client, invoked, returned: null, operation }) - 1;
    const result = await run();
    this.operations[at] = { client, invoked, returned: performance.now(), operation, result };
    this.completed += 1;
    return result;
  }
}

/** One client that puts and gets until it is told to stop; the first error ends it. */
export function load(
  history: History,
  client: string,
  store: Store,
  keys: readonly string[],
): { readonly stop: () => Promise<void> } {
  let goesOn = true;
  const ended = (async () => {
    while (goesOn) {
      const key = keys[Math.floor(Math.random() * keys.length)] as string;
      if (Math.random() < 0.5) await history.put(client, store, key);
      else await history.get(client, store, key);
      await pause(Math.random() * 10);
    }
  })();
  // It is awaited when it is stopped.
  ended.catch(() => undefined);
  return {
    stop: () => {
      goesOn = false;
      return ended;
    },
  };
}
