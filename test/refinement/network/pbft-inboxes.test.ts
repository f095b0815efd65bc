import { describe, expect, test } from "vitest";
import { explore } from "../../../checker/search/search.ts";
import { canonical, type Problem } from "../../../spec/automaton/index.ts";
import { pbftInboxes } from "../../fixtures/pbft-inboxes.ts";
import { pbftQuorumSoup } from "../../fixtures/pbft-mailboxes.ts";
import { logsOf, pbftTiny } from "../../fixtures/pbft-tiny.ts";

const FIELDS = ["view", "active", "accepted", "prepared", "committed", "reported", "opened"];

/** The logs of the correct replicas in every reachable state, and how many states there are. */
function logsIn(problem: Problem, logsIn: (view: unknown) => readonly object[]) {
  const seen = new Set<string>();
  const [asked] = problem.properties;
  if (asked?.kind !== "invariant") throw new RangeError("an invariant is expected");
  const reads = problem.properties[0]?.reads.map((read) =>
    read.replace("replicas.committed", "replicas"),
  );
  const collecting = {
    ...asked,
    reads: reads ?? [],
    holds: (view: unknown) => {
      const logs = logsIn(view).map((log) => FIELDS.map((field) => Reflect.get(log, field)));
      seen.add(canonical(logs));
      return true;
    },
  };
  const { states, bound } = explore({ ...problem, properties: [collecting] });
  expect(bound).toBeNull();
  return { states, logs: [...seen].sort() };
}

const tiny = (lastView: number) =>
  logsIn(pbftTiny(lastView), (view) =>
    logsOf((view as { replicas: Record<string, unknown> }).replicas),
  );
const replicasOf = (view: unknown) => (view as { replicas: readonly object[] }).replicas;

describe("pbft-tiny with receipts of their own", () => {
  test("over the quorum soup: the same logs, and the same states where no view changes", () => {
    const [form, reference] = [logsIn(pbftQuorumSoup(0), replicasOf), tiny(0)];

    expect(form.logs).toEqual(reference.logs);
    expect(form.states).toBe(145);
    expect(reference.states).toBe(145);
  });

  test("over the quorum soup: the same logs and 1.4 times the states of one view change", () => {
    const [form, reference] = [logsIn(pbftQuorumSoup(1), replicasOf), tiny(1)];

    expect(form.logs).toEqual(reference.logs);
    // a replica that enters view 1 by a new-view has not told the soup that it is done with view 0
    expect(form.states).toBe(25_787);
    expect(reference.states).toBe(18_575);
  });

  test("with inboxes: the same logs, and the states that receipts cost", () => {
    const form = logsIn(pbftInboxes(0), replicasOf);

    expect(form.logs).toEqual(tiny(0).logs);
    expect(form.states).toBe(34_419);
  });

  test("with inboxes: nothing but logs of the same protocol, as far as one view change is seen", () => {
    const { states, bound, violations } = explore(pbftInboxes(1), { maxStates: 20_000 });

    expect(bound).not.toBeNull();
    expect(states).toBeGreaterThanOrEqual(20_000);
    expect(violations).toEqual([null]);
  });
});
