import {
  automaton,
  compose,
  difference,
  type Index,
  type Internal,
  indices,
  invariant,
  sortOf,
  union,
  witnessAction,
} from "../../../spec/automaton/index.ts";

type Person = Index<"missionary"> | Index<"cannibal">;
type Bank = "E" | "W";
interface River {
  readonly boat: Bank;
  readonly who: Readonly<Record<Bank, readonly Person[]>>;
}
type Crossing = { Move: Internal<{ people: readonly Person[] }> };

const other = (bank: Bank): Bank => (bank === "E" ? "W" : "E");

function isSafe(people: readonly Person[]): boolean {
  const cannibals = people.filter((one) => sortOf(one) === "cannibal").length;
  return cannibals === people.length || cannibals <= people.length - cannibals;
}

/** One or two of some people: who may be in the boat. */
function boatLoads(people: readonly Person[]) {
  return people.flatMap((one, at) => [
    { people: [one] },
    ...people.slice(at + 1).map((another) => ({ people: [one, another] })),
  ]);
}

/** The banks after a crossing. */
function afterCrossing({ boat, who }: River, people: readonly Person[]): River["who"] {
  const [left, reached] = [difference(who[boat], people), union(who[other(boat)], people)];
  return boat === "E" ? { E: left, W: reached } : { E: reached, W: left };
}

/** `n` of each cross a river in a boat for two, after MissionariesAndCannibals.tla. */
export function missionariesAndCannibals(n: number) {
  const people = union<Person>(indices("cannibal", n), indices("missionary", n));
  const river = automaton<River, Crossing>("river", {
    start: { boat: "E", who: { E: people, W: [] } },
    transitions: {
      Move: {
        kind: "internal",
        choose: ({ boat, who }) => boatLoads(who[boat]),
        when: {
          thisBankIsSafe: (now, moved) => isSafe(afterCrossing(now, moved.people)[now.boat]),
          otherBankIsSafe: (now, moved) =>
            isSafe(afterCrossing(now, moved.people)[other(now.boat)]),
        },
        effect: (now, moved) => ({
          boat: other(now.boat),
          who: afterCrossing(now as River, moved.people),
        }),
      },
    },
  });
  const system = compose("missionaries-and-cannibals", { river });
  return {
    system,
    properties: [
      invariant(system, {
        name: "Solution",
        reads: ["river"],
        holds: ({ river }) => river.who.E.length > 0,
      }),
    ],
    witnesses: [witnessAction(system, { name: "someone crosses", action: "Move" })],
  };
}
