import { nobleScheme } from "../../impl/crypto/noble.ts";
import type { Scheme } from "../../impl/crypto/scheme.ts";
import { nodeScheme } from "../../impl/host/crypto/node.ts";

/*
 * node dist/test/bench/crypto.js
 *
 * Where the figures in impl/crypto and impl/host/crypto come from: microseconds per call, and for
 * batches the time until the last answer beside the time that the main thread was held.
 */
const MESSAGE = new Uint8Array(300).fill(7);
const secretKey = new Uint8Array(32).fill(1);
const publicKey = nodeScheme.publicKey(secretKey);
const signature = nodeScheme.sign(secretKey, MESSAGE);

function report(name: string, milliseconds: number, calls: number): void {
  const each = (milliseconds * 1000) / calls;
  console.log(`${name}: ${each.toFixed(1)} µs, ${Math.round(1e6 / each)} per second`);
}

function time(name: string, calls: number, run: () => void): void {
  for (let warm = 0; warm < calls / 10; warm++) run();
  const before = performance.now();
  for (let call = 0; call < calls; call++) run();
  report(name, performance.now() - before, calls);
}

/** One batch after the other, as one operation of a client sees it. */
async function timeBatches(scheme: Scheme, size: number, calls: number): Promise<void> {
  const before = performance.now();
  const idle = performance.eventLoopUtilization();
  for (let call = 0; call < calls; call++) {
    await new Promise<void>((done) => {
      let waiting = size;
      for (let one = 0; one < size; one++) {
        scheme.verifyLater(publicKey, MESSAGE, signature, () => {
          waiting -= 1;
          if (waiting === 0) done();
        });
      }
    });
  }
  const name = `${scheme.name} verifyLater, batches of ${size}`;
  report(name, performance.now() - before, calls);
  report(`${name}, main thread`, performance.eventLoopUtilization(idle).active, calls);
}

/** Always `depth` signatures under way, as a busy replica has them. */
async function timePipeline(scheme: Scheme, depth: number, calls: number): Promise<void> {
  const before = performance.now();
  const idle = performance.eventLoopUtilization();
  let started = 0;
  let ended = 0;
  await new Promise<void>((done) => {
    const next = () => {
      while (started < calls && started - ended < depth) {
        started += 1;
        scheme.verifyLater(publicKey, MESSAGE, signature, () => {
          ended += 1;
          if (ended === calls) done();
          else next();
        });
      }
    };
    next();
  });
  const name = `${scheme.name} verifyLater, ${depth} under way`;
  report(name, performance.now() - before, calls);
  report(`${name}, main thread`, performance.eventLoopUtilization(idle).active, calls);
}

for (const [scheme, calls] of [
  [nodeScheme, 3000],
  [nobleScheme, 300],
] as const) {
  time(`${scheme.name} sign`, calls, () => scheme.sign(secretKey, MESSAGE));
  time(`${scheme.name} verify`, calls, () => scheme.verify(publicKey, MESSAGE, signature));
  time(`${scheme.name} hash of 300 bytes`, calls, () => scheme.hash(MESSAGE));
}
for (const size of [1, 3]) await timeBatches(nodeScheme, size, 1500);
await timePipeline(nodeScheme, 64, 6000);
