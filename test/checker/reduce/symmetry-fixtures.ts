import {
  automaton,
  cells,
  compose,
  type Digest,
  has,
  type Index,
  type Input,
  type Internal,
  indices,
  insert,
  interchangeable,
  invariant,
  mapOf,
  noDeadlock,
  type Output,
  type Problem,
  remove,
  stepInvariant,
  symbolicDigest,
  type Token,
  values,
  witness,
} from "../../../spec/automaton/index.ts";

type Member = Index<"member">;

/**
 * Members each choose a successor, once: among the states are rings, all of whose members look
 * alike although no two of them can be exchanged.
 */
export function ring(n: number): Problem {
  const members = indices("member", n);
  type State = Readonly<Record<string, Member | null>>;
  type Choice = { readonly of: Member; readonly next: Member };
  const chain = automaton<State, { follow: Internal<Choice> }>("chain", {
    start: mapOf(members.map((member) => [member, null])),
    transitions: {
      follow: {
        kind: "internal",
        choose: () => members.flatMap((of) => members.map((next) => ({ of, next }))),
        when: { free: (state, { of }) => state[of] === null },
        effect: (state, { of, next }) => {
          state[of] = next;
        },
      },
    },
  });
  const system = compose("ring", { chain });
  const closes = (state: State) => {
    let at = members[0] as Member | null;
    for (let step = 1; step <= n && at !== null; step++) {
      at = state[at] as Member | null;
      if (at === members[0]) return step === n;
    }
    return false;
  };
  return {
    system,
    symmetries: [interchangeable(members)],
    properties: [
      noDeadlock(system, {
        name: "all follow in the end",
        reads: ["chain"],
        finished: ({ chain }) => values(chain).every((next) => next !== null),
      }),
      invariant(system, {
        name: "no ring of all",
        reads: ["chain"],
        holds: ({ chain }) => !closes(chain),
      }),
    ],
    witnesses: [],
  };
}

type Client = Index<"client">;
type Server = Index<"server">;

/** Clients write to servers over cells, one for each pair; a server answers one client only. */
export function letters(clients: number, servers: number): Problem {
  const [from, to] = [indices("client", clients), indices("server", servers)];
  type Pair = { readonly client: Client; readonly server: Server };
  type Post = { readonly [cell: string]: "no" | "sent" | "answered" };
  const all = from.flatMap((client) => to.map((server) => ({ client, server })));
  const nameOf = ({ client, server }: Pair) => `from ${client} to ${server}`;
  const client = (own: Client) =>
    automaton<readonly Server[], { send: Output<Pair>; answer: Input<Pair> }>("client", {
      start: [],
      process: own,
      transitions: {
        send: {
          kind: "output",
          at: { client: own },
          choose: () => to.map((server) => ({ client: own, server })),
          when: { new: (asked, { server }) => !has(asked, server) },
          effect: (asked, { server }) => void insert(asked, server),
        },
        answer: {
          kind: "input",
          at: { client: own },
          effect: (asked, { server }) => void remove(asked, server),
        },
      },
    });
  const post = cells<Post, { send: Input<Pair>; answer: Output<Pair> }>("post", {
    start: mapOf(all.map((pair) => [nameOf(pair), "no"])) as Post,
    transitions: {
      send: {
        kind: "input",
        touches: (pair) => [nameOf(pair)],
        effect: (now, pair) => {
          const cells = now as Record<string, string>;
          if (cells[nameOf(pair)] === "no") cells[nameOf(pair)] = "sent";
        },
      },
      answer: {
        kind: "output",
        scopes: to.map((server) => ({
          reads: from.map((client) => nameOf({ client, server })),
          choose: () => from.map((client) => ({ client, server })),
        })),
        when: {
          sent: (now, pair) => now[nameOf(pair)] === "sent",
          first: (now, { server }) =>
            from.every((client) => now[nameOf({ client, server })] !== "answered"),
        },
        touches: (pair) => [nameOf(pair)],
        effect: (now, pair) => {
          (now as Record<string, string>)[nameOf(pair)] = "answered";
        },
      },
    },
  });
  const system = compose("letters", { clients: from.map(client), post });
  return {
    system,
    symmetries: [interchangeable(from), interchangeable(to)],
    properties: [
      invariant(system, {
        name: "each server answers once",
        reads: ["post"],
        holds: ({ post }) => values(post).filter((one) => one === "answered").length <= servers,
      }),
      stepInvariant(system, {
        name: "an answer goes to one who asked two",
        reads: ["clients"],
        holds: ({ clients }, { name, payload }) =>
          name !== "answer" ||
          (clients[from.indexOf(payload.client as Client)] as readonly Server[]).length !== 1,
      }),
    ],
    witnesses: [
      witness(system, {
        name: "all are answered",
        reads: ["post"],
        reached: ({ post }) => values(post).filter((one) => one === "answered").length === servers,
      }),
    ],
  };
}

type Signer = Index<"signer">;
type Vote = Token<Signer>;

/** Signers vote by tokens over what they have seen so far: digests hold indices within. */
export function tokens(n: number): Problem {
  const signers = indices("signer", n);
  type Voting = { vote: Output<{ token: Vote }> };
  type Board = { readonly votes: readonly Vote[]; readonly last: Digest | null };
  const signer = (own: Signer) =>
    automaton<boolean, { sign: Input<{ by: Signer; over: Digest }> }>("signer", {
      start: false,
      process: own,
      transitions: { sign: { kind: "input", at: { by: own }, effect: () => true } },
    });
  const board = automaton<
    Board,
    { sign: Output<{ by: Signer; over: Digest }> } & Record<never, Voting>
  >("board", {
    start: { votes: [], last: null },
    transitions: {
      sign: {
        kind: "output",
        choose: ({ votes }) =>
          signers.map((by) => ({ by, over: symbolicDigest(votes.map((vote) => vote.by)) })),
        when: { new: ({ votes }, { by }) => votes.every((vote) => vote.by !== by) },
        effect: (state, { by, over }) => {
          insert(state.votes, { by, over });
          state.last = over;
        },
      },
    },
  });
  const system = compose("tokens", { signers: signers.map(signer), board });
  return {
    system,
    symmetries: [interchangeable(signers)],
    properties: [
      invariant(system, {
        name: "votes are of different digests",
        reads: ["board"],
        holds: ({ board }) =>
          new Set(board.votes.map(({ over }) => over)).size === board.votes.length,
      }),
    ],
    witnesses: [],
  };
}
