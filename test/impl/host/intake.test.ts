import { expect, test } from "vitest";
import { Intake } from "../../../impl/host/intake.ts";
import type { Decoded, Signed, Wire } from "../../../impl/network/process.ts";
import { index } from "../../../spec/automaton/index.ts";

const A = index("client", 0);
const B = index("client", 1);
const signed: Signed = { by: A, statement: 1, signature: new Uint8Array(64) };

function intake() {
  const asked: ((valid: boolean) => void)[] = [];
  const delivered: string[] = [];
  const refused: string[] = [];
  const taken = new Intake({
    decode(_, message) {
      if (message === "bad") throw new Error("no decoder is perfect");
      const text = String(message);
      const signatures = text.startsWith("signed") ? [signed] : [];
      return { message: { type: text }, signatures } satisfies Decoded;
    },
    verifier: { verify: (_, done) => asked.push(done) },
    deliver: (from, { message }) => delivered.push(`${from} ${message.type}`),
    refused: (from, reason) => refused.push(`${from} ${reason}`),
  });
  return {
    asked,
    delivered,
    refused,
    take: (from: typeof A, message: Wire) => taken.take(from, message),
  };
}

test("messages of one peer are delivered in their order, whichever is verified first", () => {
  const { take, asked, delivered } = intake();
  take(A, "signed 1");
  take(A, "signed 2");
  take(A, "plain 3");
  take(B, "plain 4");
  expect(delivered).toEqual([`${B} plain 4`]);

  asked[1]?.(true);
  expect(delivered).toHaveLength(1);
  asked[0]?.(true);

  expect(delivered.slice(1)).toEqual([`${A} signed 1`, `${A} signed 2`, `${A} plain 3`]);
});

test("a message with a wrong signature is refused, and those behind it are not", () => {
  const { take, asked, delivered, refused } = intake();
  take(A, "signed 1");
  take(A, "plain 2");

  asked[0]?.(false);

  expect(refused).toEqual([`${A} a signature is not valid`]);
  expect(delivered).toEqual([`${A} plain 2`]);
});

test("what waits for signatures is bounded for each peer", () => {
  const { take, asked, refused, delivered } = intake();
  for (let count = 0; count < 300; count += 1) take(A, "signed");
  take(B, "plain");

  expect(asked).toHaveLength(256);
  expect(refused).toHaveLength(44);
  expect(delivered).toEqual([`${B} plain`]);
});

test("a decoder that throws costs one message", () => {
  const { take, refused, delivered } = intake();
  take(A, "bad");
  take(A, "plain");

  expect(refused).toEqual([`${A} the decoder failed: no decoder is perfect`]);
  expect(delivered).toEqual([`${A} plain`]);
});
