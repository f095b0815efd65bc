import type { Action, DigestFunction } from "../../../spec/automaton/index.ts";
import type { ProcessHost } from "../../network/process.ts";
import type { Client, Replica } from "../messages.ts";
import { UNIT } from "./unit.ts";
import { asMessage } from "./wire.ts";

/** A result with more UTF-16 code units than this travels once. */
export const LONG_RESULT_CHARS = 256;

interface Answer {
  readonly client: Client;
  readonly t: number;
  readonly result: string | null;
  /** of a read: up to where the replica has executed */
  readonly n: number;
}

/** The replica that sends a long result whole, while the others send its digest: they take turns. */
const replierOf = (t: number, group: readonly Replica[]): Replica =>
  group[t % group.length] as Replica;

/** What a replica says to clients. */
export class Replies {
  readonly #self: Replica;
  readonly #group: readonly Replica[];
  readonly #digest: DigestFunction;
  #isWhole = false;

  constructor(self: Replica, group: readonly Replica[], digest: DigestFunction) {
    this.#self = self;
    this.#group = group;
    this.#digest = digest;
  }

  /** Who asks again what was answered gets all of it. */
  whole(isWhole: boolean, answer: () => void): void {
    this.#isWhole = isWhole;
    answer();
    this.#isWhole = false;
  }

  send({ name, payload }: Action, view: number, host: ProcessHost): void {
    const { client, t, n, result } = payload as unknown as Answer;
    if (name === "READ-REPLY") {
      host.send(UNIT, client, asMessage({ type: "READ-REPLY", t, view, n, result }));
      return;
    }
    const isShort = result === null || result.length <= LONG_RESULT_CHARS;
    const isWhole = isShort || this.#isWhole || replierOf(t, this.#group) === this.#self;
    const said = isWhole
      ? { result, digest: null }
      : { result: null, digest: this.#digest(result) };
    host.send(UNIT, client, asMessage({ type: "REPLY", t, view, ...said }));
  }
}
