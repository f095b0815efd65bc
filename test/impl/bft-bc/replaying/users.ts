import type { RegisterHistory, RegisterOperation } from "../../../../checker/history/register.ts";
import type { KeyValueStore } from "../../../../impl/host/key-value.ts";
import { type Action, type Index, labelOf } from "../../../../spec/automaton/index.ts";
import { NO_VALUE } from "./names.ts";

interface Asked {
  readonly client: Index;
  readonly object: Index;
  readonly invoked: number;
  readonly operation: RegisterOperation;
  returned: number | null;
  result: string | null;
}

/** The users of correct clients, who ask for one thing after the other, and what they saw. */
export class Users {
  readonly #asked: Asked[] = [];
  /** what anybody outside can see, in order, with the names of hosts */
  readonly events: Action[] = [];
  #time = 0;

  /** Everything that was asked and answered, and when faulty clients stopped. */
  get history(): RegisterHistory {
    return this.#asked.map(({ client, invoked, returned, operation, result }) => ({
      client,
      invoked,
      returned,
      operation,
      result,
    }));
  }

  /** @returns why the user cannot ask now */
  invoke(store: KeyValueStore<string>, { name, payload }: Action): string | null {
    const { client, object, value } = payload as Record<string, Index>;
    if (client === undefined || object === undefined) throw new RangeError(`${name} of nobody`);
    if (this.#last(client)?.returned === null) return `${client} waits for its last operation`;
    const key = labelOf(object) as string;
    const operation: RegisterOperation =
      value === undefined ? { op: "get", key } : { op: "put", key, value };
    const asked = this.#note({ client, object, operation, returned: null, result: null });
    this.events.push({ name, payload });
    const done =
      value === undefined ? store.get(key) : store.put(key, value).then((): undefined => undefined);
    const ended = (result: string | undefined) => {
      asked.returned = ++this.#time;
      asked.result = value === undefined ? (result ?? NO_VALUE) : null;
      this.events.push(returnOf(asked));
    };
    // A failure would leave the operation pending, and the script says what it waited for.
    void done.then(ended, () => undefined);
    return null;
  }

  stopped({ name, payload }: Action): void {
    const client = payload.client as Index;
    this.#note({
      client,
      object: client,
      operation: { op: "stop", client },
      returned: ++this.#time,
      result: null,
    });
    this.events.push({ name, payload });
  }

  /** The answer to what a client asked last, as an action; null while there is none. */
  answer(client: Index): Action | null {
    const last = this.#last(client);
    return last === undefined || last.returned === null ? null : returnOf(last);
  }

  #last(client: Index): Asked | undefined {
    return this.#asked.findLast((one) => one.client === client);
  }

  #note(of: Omit<Asked, "invoked">): Asked {
    const asked = { ...of, invoked: of.returned ?? ++this.#time };
    this.#asked.push(asked);
    return asked;
  }
}

function returnOf({ client, object, operation, result }: Asked): Action {
  return operation.op === "get"
    ? { name: "RETURN-READ", payload: { client, object, value: result } }
    : { name: "RETURN-WRITE", payload: { client, object } };
}
