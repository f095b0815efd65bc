import type { Action } from "../../../spec/automaton/execute.ts";
import { type Index, index } from "../../../spec/automaton/values.ts";
import { checkRegisters, type RegisterHistory } from "../../history/register.ts";
import { type Watcher, watchSpecification } from "../../history/watch.ts";
import {
  type ClusterEvent,
  contradiction,
  type Failure,
  faultyClientsOf,
  type Referee,
  type Run,
  type ScheduleOf,
  type Stop,
} from "./judge.ts";

type RegisterProtocol = import("../../../impl/host/simulated/index.ts").RegisterProtocol;

/** The referee of protocols that offer registers. */
export function registerReferee(protocol: RegisterProtocol, schedule: ScheduleOf): Referee {
  const faulty = faultyClientsOf(schedule);
  // With a faulty client the register has writes that nobody sees: the search decides them.
  const watchers = faulty.length > 0 ? null : new KeyWatchers(protocol);
  return {
    see: (event) => watchers?.saw(event) ?? null,
    get unwatched() {
      return watchers?.unwatched ?? 0;
    },
    decide: (run, stops) => wrongHistory(run, stops, writersOf(schedule, faulty)),
  };
}

type Writers = Readonly<Record<string, (key: string, value: string | null) => boolean>>;

/** What each faulty client may have written: what it was asked to, and what bears its name. */
function writersOf({ items }: ScheduleOf, faulty: readonly string[]): Writers {
  const askedOf = new Map<string, string>();
  for (const item of items) {
    if (item.kind !== "invoke" || item.operation.value === null) continue;
    askedOf.set(JSON.stringify([item.operation.key, item.operation.value]), item.process);
  }
  // What nobody was asked for is garbage that any of them may have made up.
  return Object.fromEntries(
    faulty.map((client) => [
      client,
      (key, value) => {
        const asked = askedOf.get(JSON.stringify([key, value]));
        const named = faulty.find((one) => value?.startsWith(`${one} `));
        return (asked ?? named ?? client) === client;
      },
    ]),
  );
}

/** The history of a run as the register's checker takes it. */
function registerHistory(run: Pick<Run, "history">): RegisterHistory {
  return run.history.map(({ client, operation, invoked, returned, result }) => {
    const { kind, key, value } = operation;
    return {
      client,
      invoked,
      returned,
      operation: kind === "get" ? { op: "get", key } : { op: "put", key, value },
      ...(returned === null ? {} : { result: typeof result === "string" ? result : null }),
    };
  });
}

/**
 * b of Definition 1: the most writes of a faulty client that take effect after it stopped. It is one
 * for each object, since prepares of several objects know nothing of each other.
 */
const LURKING_MAX = 1;

function wrongHistory(
  run: Run,
  stops: readonly Stop[],
  faulty: Writers,
): { readonly failure: Failure | null; readonly undecided: number } {
  const all = registerHistory(run);
  const stopped = stops.map(({ client, atMs }) => ({
    client,
    invoked: atMs,
    returned: atMs,
    operation: { op: "stop", client } as const,
    result: null,
  }));
  const options = Object.keys(faulty).length > 0 ? { faulty, maxLurking: LURKING_MAX } : {};
  let undecided = 0;
  for (const key of new Set(
    all.map(({ operation }) => ("key" in operation ? operation.key : "")),
  )) {
    const part = all.filter(({ operation }) => "key" in operation && operation.key === key);
    const verdict = checkRegisters([...part, ...stopped], options);
    if (verdict.verdict === "undecided") undecided += 1;
    if (verdict.verdict !== "violated") continue;
    return { failure: contradiction(verdict.core, verdict.stuckAt.client), undecided };
  }
  return { failure: null, undecided };
}

/** More operations than this are open on one key at one time: then it is not watched any more. */
const USERS_MAX = 8;

/** More possible states of one key than this are not followed: most runs have a few dozen. */
const STATES_MAX = 500;

const VISIBLE = ["INVOKE-WRITE", "INVOKE-READ", "RETURN-WRITE", "RETURN-READ"];

/** The specification automaton, one for each key, that watches a run while it goes on. */
class KeyWatchers {
  unwatched = 0;
  readonly #protocol: RegisterProtocol;
  readonly #keys = new Map<string, { watcher: Watcher | null; users: (number | null)[] }>();

  constructor(protocol: RegisterProtocol) {
    this.#protocol = protocol;
  }

  /** @returns what the register cannot do, if that is what happened */
  saw(event: ClusterEvent): string | null {
    if (event.kind !== "operation" || event.step === "gave-up") return null;
    const { key, kind, value } = event.operation;
    const of = this.#of(key);
    const { watcher, users } = of;
    if (watcher === null) return null;
    const isInvoked = event.step === "invoked";
    // A user of the specification has one operation: each operation gets a user of its own.
    const user = users.indexOf(isInvoked ? null : event.at);
    if (user < 0) {
      of.watcher = null;
      this.unwatched += 1;
      return null;
    }
    users[user] = isInvoked ? event.at : null;
    const name = `${isInvoked ? "INVOKE" : "RETURN"}-${kind === "get" ? "READ" : "WRITE"}`;
    const at = { client: index("client", user), object: this.#protocol.indexOf(key) };
    const said =
      kind === "put" && isInvoked ? value : kind === "get" && !isInvoked ? event.result : null;
    const payload =
      name === "INVOKE-WRITE" || name === "RETURN-READ" ? { ...at, value: String(said ?? "") } : at;
    const action: Action = { name, payload };
    const verdict = watcher.see(action);
    if (verdict.verdict === "overflow") {
      of.watcher = null;
      this.unwatched += 1;
    } else if (verdict.verdict === "impossible") {
      const instead = verdict.instead.map(({ payload: one }) => JSON.stringify(one.value ?? null));
      return (
        `The register cannot do ${name} of ${key} for ${event.process}` +
        `${"value" in payload ? ` with ${JSON.stringify(payload.value)}` : ""}` +
        `${instead.length === 0 ? "" : `; it could answer ${[...new Set(instead)].join(", ")}`}.`
      );
    }
    return null;
  }

  #of(key: string) {
    const known = this.#keys.get(key);
    if (known !== undefined) return known;
    const users = Array.from(
      { length: USERS_MAX },
      (_, at): Index<"client"> => index("client", at),
    );
    const specification = this.#protocol.specification([key], users);
    const watcher = watchSpecification(specification, {
      visible: VISIBLE,
      maxStates: STATES_MAX,
    });
    const made = { watcher, users: users.map(() => null) };
    this.#keys.set(key, made);
    return made;
  }
}
