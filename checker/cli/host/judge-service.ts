import type { Operation } from "../../history/history.ts";
import { checkLinearizable } from "../../history/linearizability.ts";
import {
  contradiction,
  faultyClientsOf,
  type Referee,
  type Run,
  type ScheduleOf,
} from "./judge.ts";

type ReplicatedService = import("../../../impl/host/simulated/index.ts").ReplicatedService;

/** An operation with its client, whom a service may look at. */
interface Asked {
  readonly client: string;
  readonly operation: string;
}

type History = readonly Operation<Asked, string>[];

/**
 * The referee of protocols that replicate a service: clients must have seen what one server would have
 * answered that did their operations one by one, each while its client waited.
 */
export function serviceReferee({ service }: ReplicatedService, schedule: ScheduleOf): Referee {
  const faulty = new Set(faultyClientsOf(schedule));
  const server = {
    initial: service.start,
    apply: (state: typeof service.start, { client, operation }: Asked) =>
      service.apply(state, operation, client as Parameters<typeof service.apply>[2]),
  };
  return {
    see: () => null,
    unwatched: 0,
    decide(run) {
      const history = [...historyOf(run), ...askedOf(schedule, faulty)];
      const verdict = checkLinearizable(server, history);
      if (verdict.verdict === "undecided") return { failure: null, undecided: 1 };
      if (verdict.verdict === "linearizable") return { failure: null, undecided: 0 };
      return { failure: contradiction(verdict.core, verdict.stuckAt.client), undecided: 0 };
    },
  };
}

const historyOf = ({ history }: Pick<Run, "history">): History =>
  history.map(({ client, operation, invoked, returned, result }) => ({
    client,
    invoked,
    returned,
    operation: { client, operation: operation.value ?? "" },
    ...(returned === null ? {} : { result: String(result) }),
  }));

/** What faulty clients were asked to do: each of it may take effect at any time, or never. */
const askedOf = ({ items }: ScheduleOf, faulty: ReadonlySet<string>): History =>
  items.flatMap((item) =>
    item.kind === "invoke" && faulty.has(item.process)
      ? [
          {
            client: item.process,
            invoked: item.atMs,
            returned: null,
            operation: { client: item.process, operation: item.operation.value ?? "" },
          },
        ]
      : [],
  );
