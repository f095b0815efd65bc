import { agreement } from "../../../impl/clbft/agreement/automaton.ts";
import type { AgreementState } from "../../../impl/clbft/agreement/state.ts";
import { type ExecutionState, execution } from "../../../impl/clbft/execution/automaton.ts";
import type { Report, Request } from "../../../impl/clbft/messages.ts";
import { type ClbftRules, REPAIRED } from "../../../impl/clbft/rules.ts";
import { clockOf } from "../../../impl/clbft/timer.ts";
import {
  type Action,
  canonical,
  type Index,
  indices,
  symbolicDigest,
} from "../../../spec/automaton/index.ts";
import type { Service } from "../../../spec/service/service.ts";
import { restartable } from "./restartable.ts";

const GROUP = indices("replica", 4);
const QUORUM = 3;
const JOINS = 2;

/** Remembers each operation in the order of execution. */
const journal: Service<string> = {
  name: "journal",
  start: "",
  apply: (state, op) => ({ state: state + op, result: state + op }),
};

type Payload = Readonly<Record<string, unknown>>;
interface Statement {
  readonly payload: Payload;
  readonly by: Set<Index>;
}

/**
 * Four replicas, each with both automata, and all that they ever said: a quorum of it may be handed over at any time,
 * again and again. What is chosen comes from outside, as a number.
 */
export function group(rules: Partial<ClbftRules> = {}) {
  const replicas = GROUP.map((self) => ({
    self,
    agreement: restartable<AgreementState>(
      agreement({
        self,
        group: GROUP,
        rules: { ...REPAIRED, ...rules },
        bounds: { window: 4, pipeline: 2, batchMax: 2, clientWindow: 8 },
      }),
      self,
    ),
    execution: restartable<ExecutionState>(
      execution({
        self,
        service: journal,
        digest: symbolicDigest,
        rules: { ...REPAIRED, ...rules },
        checkpointEvery: 2,
        clientWindow: 8,
      }),
      self,
    ),
  }));
  type Member = (typeof replicas)[number];
  const said = new Map<string, Statement>();
  const happened = new Set<string>();

  function hear({ name, payload }: Action) {
    const { replica, ...body } = payload as Payload & { replica: Index };
    const isVote = name === "SEND-PRE-PREPARE" || name === "SEND-PREPARE";
    const isReport = name === "SEND-VIEW-CHANGE";
    const note = (type: string, statement: Payload) => {
      const key = canonical([type, statement]);
      const known = said.get(key) ?? { payload: { type, ...statement }, by: new Set() };
      known.by.add(replica);
      said.set(key, known);
    };
    if (name === "SEND-NEW-VIEW") {
      const { view, order } = body as { view: number; order: readonly Payload[] };
      for (const { n, batch } of order) note("vote", { view, n, batch });
    }
    if (name === "SEND-PRE-PREPARE") note("proposal", body);
    note(isVote ? "vote" : name, isReport ? { ...body, by: replica } : body);
  }

  function take(member: Member, name: string, payload: Payload) {
    const whole = { replica: member.self, ...payload };
    const before = member.agreement.state;
    for (const one of [member.agreement, member.execution]) {
      if (one.takes(name)) for (const action of one.take(name, whole)) hear(action);
    }
    if (member.agreement.state !== before) happened.add(name);
  }

  const statements = (type: string) =>
    [...said.values()].filter(({ payload: { type: of } }) => of === type);
  const bodyOf = ({ payload: { type: _, ...body } }: Statement): Payload => body;
  const reportsFor = (view: number): Report[] =>
    statements("SEND-VIEW-CHANGE")
      .filter(({ payload: { view: of } }) => of === view)
      .map(({ payload: { by, ...report } }) => ({ ...report, replica: by }) as unknown as Report);

  /** All that may be handed over to a replica. */
  function deliveries({ agreement: { state } }: Member): [string, Payload][] {
    const quorums = (type: string, name: string): [string, Payload][] =>
      statements(type)
        .filter(({ by }) => by.size >= QUORUM)
        .map((one) => [name, bodyOf(one)]);
    const stable = quorums("SEND-CHECKPOINT", "STABLE");
    const states = stable.flatMap(([, certified]): [string, Payload][] => {
      const { n, digest } = certified as { n: number; digest: string };
      const held = replicas
        .map(({ execution: { state: of } }) => of.snapshots[n])
        .find((snapshot) => snapshot?.digest === digest);
      return held && n >= state.stable.n ? [["INSTALL", { n, digest, state: held.state }]] : [];
    });
    const genesis: [string, Payload][] =
      state.recovering && state.stable.n === 0
        ? [["INSTALL", { n: 0, digest: "", state: { service: "", clients: {} } }]]
        : [];
    const views = replicas.map((one) => one.agreement.state.view).sort((a, b) => b - a);
    const joined = views[JOINS - 1] as number;
    const reports = reportsFor(state.view);
    return [
      ...statements("proposal").map((one): [string, Payload] => ["PRE-PREPARE", bodyOf(one)]),
      ...quorums("vote", "PREPARED"),
      ...quorums("SEND-COMMIT", "COMMITTED"),
      ...stable,
      ...states,
      ...genesis,
      ...(joined > state.view ? [["JOIN", { view: joined }] as [string, Payload]] : []),
      ...(reports.length >= QUORUM
        ? [
            ["VIEW-CHANGES", { view: state.view, reports: reports.slice(0, QUORUM) }] as [
              string,
              Payload,
            ],
          ]
        : []),
      ...statements("SEND-NEW-VIEW").map((one): [string, Payload] => ["NEW-VIEW", bodyOf(one)]),
    ];
  }

  const offers = (member: Member) => [...member.agreement.enabled, ...member.execution.enabled];
  const act = (member: Member, { name, payload }: Action) => {
    if (name.startsWith("SEND-")) hear({ name, payload });
    take(member, name, payload as Payload);
  };
  const view = (member: Member) => member.agreement.state.view;

  return {
    /** A step of one of the replicas: its own, or something handed over. */
    step(at: number, choice: number) {
      const member = replicas[at] as Member;
      const own = offers(member);
      const given = deliveries(member);
      const chosen = choice % (own.length + given.length || 1);
      const action = own[chosen];
      const delivery = given[chosen - own.length];
      if (action !== undefined) act(member, action);
      else if (delivery !== undefined) take(member, ...delivery);
    },
    request(at: number, request: Request) {
      take(replicas[at] as Member, "REQUEST", { request });
    },
    suspect(at: number) {
      const member = replicas[at] as Member;
      take(member, "SUSPECT", { view: view(member) });
    },
    /** The clock of a replica runs out, if it runs. */
    expire(at: number) {
      const {
        agreement: { state },
      } = replicas[at] as Member;
      const changing = replicas.filter((other) => view(other) >= state.view).length;
      if (clockOf(state, changing >= QUORUM) !== null) this.suspect(at);
    },
    restart(at: number) {
      const member = replicas[at] as Member;
      member.agreement.restart();
      member.execution.restart();
    },
    recover(at: number) {
      take(replicas[at] as Member, "RECOVER", {});
    },
    /** The network is timely: everything is done and handed over, again and again, until nothing changes. */
    settle(live: readonly number[]) {
      const members = live.map((at) => replicas[at] as Member);
      const text = () => canonical(members.map((m) => [m.agreement.state, m.execution.state]));
      for (let before = ""; before !== text(); ) {
        before = text();
        for (const member of members) {
          for (let [own] = offers(member); own !== undefined; [own] = offers(member))
            act(member, own);
          for (const delivery of deliveries(member)) {
            // A state is fetched by who needs it alone.
            const { executed, recovering } = member.execution.state;
            const [name, { n }] = delivery;
            if (name === "INSTALL" && !recovering && (n as number) <= executed) continue;
            take(member, ...delivery);
          }
        }
      }
    },
    journals: () => replicas.map(({ execution: { state } }) => state.service as string),
    recovering: (at: number) => (replicas[at] as Member).execution.state.recovering,
    views: () => replicas.map(view),
    /** The actions that changed the agreement of some replica. */
    happened: (): ReadonlySet<string> => happened,
  };
}
