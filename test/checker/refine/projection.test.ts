import { describe, expect, test } from "vitest";
import { explore } from "../../../checker/search/search.ts";
import {
  type Action,
  automaton,
  compose,
  hide,
  type Index,
  type Input,
  includedIn,
  index,
  indices,
  type Output,
  type Problem,
  type Property,
  projected,
  rename,
} from "../../../spec/automaton/index.ts";

type Host = Index<"host">;
const HOSTS = indices("host", 2) as readonly Host[];

/** Each host says 1, 2, … `most` in order; the hosts say theirs in any order. */
const counter = (host: Host, most: number, first = 1) =>
  automaton<number, { say: Output<{ host: Host; count: number }> }>(`counter ${host}`, {
    start: first,
    transitions: {
      say: {
        kind: "output",
        at: { host },
        choose: (count) => [{ host, count }],
        when: { few: (count) => count <= most },
        effect: (count) => count + 1,
      },
    },
  });
const two = (first: number) =>
  compose("two", { counters: HOSTS.map((host, at) => counter(host, 2, at === 0 ? 1 : first)) });
/** The same for one, that does not say who it is. */
const one = compose("one", {
  counter: automaton<number, { say: Output<{ count: number }> }>("counter", {
    start: 1,
    transitions: {
      say: {
        kind: "output",
        choose: (count) => [{ count }],
        when: { few: (count) => count <= 2 },
        effect: (count) => count + 1,
      },
    },
  }),
});

const violations = (system: Problem["system"], ...properties: Property[]) =>
  explore({ system, properties, witnesses: [] }).violations;

const at = (system: ReturnType<typeof two>, host: Host) =>
  includedIn(system, {
    name: `one counter at ${host}`,
    specification: one,
    visible: projected(["say"], { parameter: "host", on: host, drops: true }),
  });

describe("a projection on an index", () => {
  test("is included for each process, where the system as a whole is not", () => {
    const system = two(1);
    const whole = includedIn(system, {
      name: "one counter",
      specification: one,
      visible: {
        say: ({ count }: { count: number }): Action => ({ name: "say", payload: { count } }),
      },
    });

    const [first, second, both] = violations(
      system,
      ...HOSTS.map((host) => at(system, host)),
      whole,
    );

    expect([first, second]).toEqual([null, null]);
    expect(both?.actions).toHaveLength(2);
  });

  test("shows the process that does otherwise, and only that one", () => {
    const system = two(2);

    const [first, second] = violations(system, ...HOSTS.map((host) => at(system, host)));

    expect(first).toBeNull();
    expect(second?.actions.map(({ payload }) => payload)).toEqual([{ host: HOSTS[1], count: 2 }]);
  });

  test("keeps the parameter where the specification has it", () => {
    const system = two(2);
    const kept = (host: Host) =>
      includedIn(system, {
        name: `counter ${host}`,
        specification: compose("alone", { counter: counter(host, 2) }),
        visible: projected(["say"], { parameter: "host", on: host }),
      });

    const [first, second] = violations(system, ...HOSTS.map(kept));

    expect([first === null, second === null]).toEqual([true, false]);
  });

  test("refuses an action without the parameter: it would hide it, and hold for nothing", () => {
    const system = two(1);
    const misspelt = includedIn(system, {
      name: "one counter",
      specification: one,
      visible: projected(["say"], { parameter: "hots", on: index("host", 0) }),
    });

    expect(() => violations(system, misspelt)).toThrow(/hots.*\[parameter-unknown\]/);
  });
});

describe("hide", () => {
  const asked = automaton<null, { ask: Input; reply: Output }>("asked", {
    start: null,
    transitions: { ask: { kind: "input", effect: () => null }, reply: { kind: "output" } },
  });
  const open = compose("open", { asked }, { open: ["ask"] });

  test("refuses an input: hidden, it would happen without anybody who does it", () => {
    expect(() => hide(open, ["ask"])).toThrow(/leaves ask open.*\[input-hidden\]/);
  });

  test("takes outputs", () => {
    expect([...hide(open, ["reply"]).hidden]).toEqual(["reply"]);
  });
});

describe("rename", () => {
  test("gives a specification the names that the system shows", () => {
    const system = two(1);
    const speak = compose("one", { counter: rename(one.parts.counter, { say: "speak" }) });
    const shown = (specification: Problem["system"], name: string) =>
      includedIn(system, {
        name: `by ${name}`,
        specification,
        visible: {
          say: ({ host, count }: { host: Host; count: number }) =>
            host === HOSTS[0] ? { name, payload: { count } } : null,
        },
      });

    expect(violations(system, shown(speak, "speak"))).toEqual([null]);
    expect(() => violations(system, shown(speak, "say"))).toThrow("[action-unknown]");
  });
});
