import { coalition, every } from "../../impl/adversary/checked/index.ts";
import {
  automaton,
  compose,
  type Index,
  type Input,
  indices,
  type Output,
  observer,
  symbolicDigest,
  type Token,
} from "../../spec/automaton/index.ts";

/*
 * The smallest protocol in which it matters what a process signed before it lost its key: an
 * authority grants one lease after another, a client signs writes under them, a storage takes writes
 * of clients with a lease. The clients are faulty, and one of them is stopped: what it signed before
 * may still come (the lurking writes of paper L), but nothing under a lease that is granted later.
 */

export type Client = Index<"client">;
type Epoch = number;

export interface Write {
  readonly by: Client;
  readonly epoch: Epoch;
}

interface Lease {
  readonly epoch: Epoch;
}

const AUTHORITY = indices("authority", 1)[0] as Index;
export const CLIENTS: readonly Client[] = indices("client", 2);
const EPOCHS = [1, 2, 3];

/** bound: grants as many leases as there are epochs */
const authority = automaton<{ readonly granted: Epoch }, { GRANT: Output<Lease> }>("authority", {
  start: { granted: 0 },
  transitions: {
    GRANT: {
      kind: "output",
      choose: ({ granted }) => [{ epoch: granted + 1 }],
      when: { bound: ({ granted }) => granted < EPOCHS.length },
      effect(state) {
        state.granted += 1;
      },
    },
  },
});

const storage = automaton<{ readonly epoch: Epoch }, { FORGE: Input<Write> }>("storage", {
  start: { epoch: 0 },
  transitions: {
    FORGE: {
      kind: "input",
      effect(state, { epoch }) {
        state.epoch = Math.max(state.epoch, epoch);
      },
    },
  },
});

interface Heard {
  GRANT: Input<Lease>;
  FORGE: Input<Write>;
  STOP: Input<{ readonly process: Index }>;
}

interface History {
  readonly isStopped: boolean;
  /** the last lease that was granted before the stop */
  readonly grantedBefore: Epoch;
  /** the latest lease under which a write came after the stop; 0 for none */
  readonly wroteAfter: Epoch;
}

const history = observer<History, Heard>("history", {
  start: { isStopped: false, grantedBefore: 0, wroteAfter: 0 },
  on: {
    GRANT: {
      effect(seen, { epoch }) {
        if (!seen.isStopped) seen.grantedBefore = epoch;
      },
    },
    STOP: {
      effect(seen) {
        seen.isStopped = true;
      },
    },
    FORGE: {
      effect(seen, { epoch }) {
        if (seen.isStopped) seen.wroteAfter = Math.max(seen.wroteAfter, epoch);
      },
    },
  },
});

const leaseToken = (epoch: Epoch): Token => ({
  by: AUTHORITY,
  over: symbolicDigest({ lease: epoch }),
});
const writeToken = ({ by, epoch }: Write): Token => ({
  by,
  over: symbolicDigest({ write: epoch }),
});

/**
 * @param faulty the clients of the coalition, the first of which may be stopped
 * @param coversLease whether the signature of a write covers the lease that comes with it
 */
export function leases(faulty: readonly Client[], coversLease: boolean) {
  const [stopped] = faulty as [Client, ...Client[]];
  const { network: adversary, excludes } = coalition({
    send: "GRANT",
    faulty,
    universe: every({ by: faulty, epoch: EPOCHS }),
    tokensOf: (write) => [writeToken(write), leaseToken(write.epoch)],
    tokensOfSent: ({ epoch }: Lease) => [leaseToken(epoch)],
    stop: {
      process: stopped,
      covers: ({ by, epoch }) => (coversLease && by === stopped ? [leaseToken(epoch)] : []),
    },
  });
  return { system: compose("leases", { authority, storage, adversary, history }), excludes };
}
