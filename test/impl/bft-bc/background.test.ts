import { expect, test } from "vitest";
import { BackgroundSigner } from "../../../impl/bft-bc/background.ts";
import type { ProcessHost } from "../../../impl/network/process.ts";
import type { Value } from "../../../spec/automaton/index.ts";

/** A host that counts what is signed and runs timers when it is told to. */
function host() {
  const signed: Value[] = [];
  const later: (() => void)[] = [];
  const services = {
    sign(statement: Value) {
      signed.push(statement);
      return Uint8Array.of(signed.length);
    },
    after(_delayMs: number, run: () => void) {
      later.push(run);
      return { cancel: () => undefined };
    },
  } as unknown as ProcessHost;
  const idle = () => {
    for (const run of later.splice(0)) run();
  };
  return { services, signed, idle };
}

const statement = (at: number): Value => ({ says: "WRITE-ACK", at });

test("what is expected is signed later, once, and is there when it is asked for", () => {
  const { services, signed, idle } = host();
  const signer = new BackgroundSigner();

  signer.expect(statement(1), services);
  signer.expect(statement(1), services);
  expect(signed).toEqual([]);
  idle();
  expect(signed).toEqual([statement(1)]);
  expect(signer.sign(statement(1), services)).toEqual(Uint8Array.of(1));
  expect(signed).toHaveLength(1);
});

test("what is asked for before its time is signed at once, and not again", () => {
  const { services, signed, idle } = host();
  const signer = new BackgroundSigner();

  signer.expect(statement(1), services);
  signer.sign(statement(1), services);
  idle();

  expect(signed).toHaveLength(1);
});

test("no more is kept than the bound says, and what was pushed out is not signed in vain", () => {
  const { services, signed, idle } = host();
  const signer = new BackgroundSigner(2);

  for (const at of [1, 2, 3]) signer.expect(statement(at), services);
  idle();

  expect(signed).toEqual([statement(2), statement(3)]);
  signer.sign(statement(1), services);
  expect(signed).toHaveLength(3);
});
