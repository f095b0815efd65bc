import { canonical } from "../../spec/automaton/values.ts";
import type { RegisterOperation, RegisterOptions, RegisterValue } from "./register.ts";
import type { ObjectModel } from "./search.ts";

interface Contents {
  readonly value: RegisterValue;
  /** the faulty clients that may have overwritten it for nothing: running when it was last used */
  readonly exposedTo: readonly string[];
}

interface Stopped {
  /** how many more of its writes may take effect; null: no limit */
  readonly lurking: number | null;
  /** by key: how many puts took effect since, as far as they count */
  readonly overwritten: Readonly<Record<string, number>>;
}

interface Registers {
  readonly running: readonly string[];
  readonly stopped: Readonly<Record<string, Stopped>>;
  readonly contents: Readonly<Record<string, Contents>>;
}

/**
 * The registers with faulty clients. A bad write matters only to the read that first returns it, so
 * it is taken there, as early as it can be: right after the last use of the register. It is free if
 * its client was running then. Otherwise it is one of those that lurk, and no put came in between.
 */
export function byzantineRegisters({
  initial,
  faulty,
  maxLurking,
  maxOverwrites,
}: {
  readonly initial: RegisterValue;
  readonly faulty: NonNullable<RegisterOptions["faulty"]>;
  readonly maxLurking: number | null;
  readonly maxOverwrites: number | null;
}): ObjectModel<Registers, RegisterOperation, RegisterValue> {
  const everyone = Object.keys(faulty).sort();
  const canHaveWritten = (client: string, key: string, value: RegisterValue) =>
    faulty[client]?.(key, value) ?? false;
  const used = (state: Registers, key: string, value: RegisterValue): Registers => ({
    ...state,
    contents: { ...state.contents, [key]: { value, exposedTo: state.running } },
  });
  const overwrites = ({ overwritten }: Stopped, key: string) =>
    Object.hasOwn(overwritten, key) ? (overwritten[key] as number) : 0;

  function afterPut(state: Registers, key: string, value: RegisterValue): Registers {
    const after = used(state, key, value);
    if (maxOverwrites === null) return after;
    const stopped = Object.entries(state.stopped).map(([client, one]) => {
      const count = Math.min(overwrites(one, key) + 1, maxOverwrites);
      return [client, { ...one, overwritten: { ...one.overwritten, [key]: count } }];
    });
    return { ...after, stopped: Object.fromEntries(stopped) };
  }

  function afterGet(state: Registers, key: string, result: RegisterValue): Registers[] {
    const { value, exposedTo } = Object.hasOwn(state.contents, key)
      ? (state.contents[key] as Contents)
      : { value: initial, exposedTo: everyone };
    const after = used(state, key, result);
    if (value === result || exposedTo.some((one) => canHaveWritten(one, key, result))) {
      return [after];
    }
    return Object.entries(state.stopped)
      .filter(([client, one]) => {
        const isHidden = maxOverwrites !== null && overwrites(one, key) >= maxOverwrites;
        return one.lurking !== 0 && !isHidden && canHaveWritten(client, key, result);
      })
      .map(([client, one]) => {
        const lurking = one.lurking === null ? null : one.lurking - 1;
        return { ...after, stopped: { ...state.stopped, [client]: { ...one, lurking } } };
      });
  }

  return {
    initial: { running: everyone, stopped: {}, contents: {} },
    after(state, operation, result) {
      if (operation.op === "put") return [afterPut(state, operation.key, operation.value)];
      if (operation.op === "get") {
        return result === undefined ? [state] : afterGet(state, operation.key, result);
      }
      if (maxLurking === null && maxOverwrites === null) return [state];
      const { client } = operation;
      const running = state.running.filter((one) => one !== client);
      const stopped = { ...state.stopped, [client]: { lurking: maxLurking, overwritten: {} } };
      return [{ ...state, running, stopped }];
    },
    key: canonical,
  };
}
