import type { Value } from "../../../spec/automaton/index.ts";
import { type Keyring, type Scheme, statementBytes } from "../../crypto/scheme.ts";
import { assertSecretKey, SIGNATURE_LENGTH } from "../../crypto/strict.ts";
import type { Signed } from "../../network/process.ts";
import type { Verifier } from "../world.ts";
import { Recent } from "./recent.ts";

/** Enough for the certificates under way of a few hundred objects; about 1 MB. */
const CACHE_ENTRIES_DEFAULT = 4096;

export interface VerifierOptions {
  readonly scheme: Scheme;
  /** The cluster's id: what was signed for another is not valid here. */
  readonly scope: string;
  /** Everyone who may sign. */
  readonly keys: Keyring;
  /**
   * Where the work goes. "main thread": off it, by {@link Scheme.verifyLater}, and batches may be
   * answered in another order than they came. "this thread": every batch is answered within the
   * call, as a simulated world needs it.
   */
  readonly off: "main thread" | "this thread";
  /** How many valid signatures are remembered, about 0.2 kB each. @defaultValue 4096 */
  readonly cacheEntries?: number;
}

/** A verifier that can be told what is valid. */
export interface RememberingVerifier extends Verifier {
  /** Takes note of a signature that this process has just made: its own come back in certificates. */
  remember(signed: Signed): void;
}

/** One signature to check, ready for the scheme. */
interface Task {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  /** its name in the cache */
  readonly name: string;
}

/**
 * A {@link Verifier} that remembers what it found valid, so that a certificate seen again costs
 * hashes and no curve arithmetic. A batch is valid if each of its signatures is by a member of the
 * keyring over the bytes of its statement; an empty one is. `done` is called exactly once, at once
 * where nothing is left to compute; whatever is wrong with a batch, its answer is false and no
 * exception. That several signatures of a batch are by one signer is not looked at.
 *
 * Only valid signatures are remembered: to push out an entry, a member must sign a new statement,
 * and then the host verifies as often as it would without a cache.
 *
 * Off the main thread even a single signature goes to the thread pool. Measured with node:crypto
 * alone on 2 idle cores (test/bench/crypto.ts repeats it through the scheme): verified in place it
 * holds the main thread for 120 µs; sent to the pool, with many under way, for 18 µs. Alone, its
 * answer is there after 160 µs instead of 120 µs, and that of three after 316 µs instead of 360 µs.
 * A replica waits for its disk far longer than these 40 µs, while its throughput is bounded by its
 * main thread.
 *
 * @throws RangeError for a `cacheEntries` that is no whole number from 0
 */
export function createVerifier(options: VerifierOptions): RememberingVerifier {
  const { scheme, scope, keys, off } = options;
  const valid = new Recent<true>(options.cacheEntries ?? CACHE_ENTRIES_DEFAULT);

  /** What is left to check of a batch; null if it is refused without any computing. */
  function open(signed: readonly Signed[]): Task[] | null {
    const tasks: Task[] = [];
    for (const { by, statement, signature } of signed) {
      const publicKey = keys.get(by);
      if (publicKey === undefined || signature.length !== SIGNATURE_LENGTH) return null;
      const message = statementBytes(scope, statement);
      const name = nameOf(scheme, publicKey, message, signature);
      if (valid.get(name) === undefined) tasks.push({ publicKey, message, signature, name });
    }
    return tasks;
  }

  function isValid({ publicKey, message, signature, name }: Task): boolean {
    if (!scheme.verify(publicKey, message, signature)) return false;
    valid.set(name, true);
    return true;
  }

  function verifyLater(tasks: readonly Task[], done: (valid: boolean) => void): void {
    let waiting = tasks.length;
    let verdict = waiting === 0 ? true : null;
    // Until all are started nothing is answered: else an exception of `done` would look like one of
    // a scheme that reports at once.
    let starting = true;
    const settle = (one: boolean) => {
      waiting -= 1;
      if (verdict !== null || (one && waiting > 0)) return;
      verdict = one;
      if (!starting) done(one);
    };
    for (const { publicKey, message, signature, name } of tasks) {
      const report = (one: boolean) => {
        // Valid signatures of a batch that failed are kept too: they may well come again.
        if (one) valid.set(name, true);
        settle(one);
      };
      const started = attempt(() => {
        scheme.verifyLater(publicKey, message, signature, report);
        return true;
      });
      if (started === null) settle(false);
      if (verdict !== null) break;
    }
    starting = false;
    if (verdict !== null) done(verdict);
  }

  return {
    remember({ by, statement, signature }) {
      const publicKey = keys.get(by);
      if (publicKey === undefined) return;
      valid.set(nameOf(scheme, publicKey, statementBytes(scope, statement), signature), true);
    },
    verify(signed, done) {
      const tasks = attempt(() => open(signed));
      if (tasks === null) return done(false);
      if (off === "main thread") return verifyLater(tasks, done);
      done(attempt(() => tasks.every(isValid)) ?? false);
    },
  };
}

/** Statements and signatures come from peers: what cannot even be encoded is not valid either. */
function attempt<Result>(run: () => Result): Result | null {
  try {
    return run();
  } catch {
    return null;
  }
}

/**
 * What a signature is remembered by: the hash of the key, the signature and what it is over. The
 * first two have fixed lengths, so no two triples are hashed alike.
 */
function nameOf(scheme: Scheme, publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) {
  const bytes = new Uint8Array(publicKey.length + signature.length + message.length);
  bytes.set(publicKey);
  bytes.set(signature, publicKey.length);
  bytes.set(message, publicKey.length + signature.length);
  return String.fromCharCode(...scheme.hash(bytes));
}

/**
 * Signs statements in the name of one process.
 * @param scope the cluster's id: the signatures are worthless in any other
 * @param secretKey 32 bytes, copied
 * @returns a function that throws QuorateError `value-not-plain` for what is no plain value
 * @throws RangeError for a secret key of another length
 */
export function createSigner(
  scheme: Scheme,
  scope: string,
  secretKey: Uint8Array,
): (statement: Value) => Uint8Array {
  assertSecretKey(secretKey);
  const own = secretKey.slice();
  return (statement) => scheme.sign(own, statementBytes(scope, statement));
}
