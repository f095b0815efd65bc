import { automaton, type Input, type Output, spontaneous } from "../../spec/automaton/index.ts";
import type { Client, RegisterObject } from "./messages.ts";
import type { Operation } from "./world.ts";

export interface UserActions {
  "INVOKE-WRITE": Output<{ client: Client; object: RegisterObject; value: string }>;
  "INVOKE-READ": Output<{ client: Client; object: RegisterObject }>;
  "RETURN-WRITE": Input<{ client: Client; object: RegisterObject }>;
  "RETURN-READ": Input<{ client: Client; object: RegisterObject; value: string }>;
}

export interface UserState {
  /** how many operations were invoked, at most the script's length */
  readonly invoked: number;
  readonly waiting: boolean;
}

/** The user of a correct client: invokes the script's operations, one after the other. */
export function user(client: Client, script: readonly Operation[]) {
  const at = { client };
  const invoke = (s: { invoked: number; waiting: boolean }) => {
    s.invoked += 1;
    s.waiting = true;
  };
  const done = (s: { waiting: boolean }) => {
    s.waiting = false;
  };
  const idle = (s: UserState) => !s.waiting;
  const task = spontaneous("invoke");
  return automaton<UserState, UserActions>("user", {
    start: { invoked: 0, waiting: false },
    transitions: {
      "INVOKE-WRITE": {
        kind: "output",
        at,
        task,
        choose: (s) => {
          const next = script[s.invoked];
          return next?.write === undefined
            ? []
            : [{ client, object: next.object, value: next.write }];
        },
        when: {
          idle,
          next: (s, { object, value }) =>
            script[s.invoked]?.object === object && script[s.invoked]?.write === value,
        },
        effect: invoke,
      },
      "INVOKE-READ": {
        kind: "output",
        at,
        task,
        choose: (s) => {
          const next = script[s.invoked];
          return next === undefined || next.write !== undefined
            ? []
            : [{ client, object: next.object }];
        },
        when: {
          idle,
          next: (s, { object }) =>
            script[s.invoked]?.object === object && script[s.invoked]?.write === undefined,
        },
        effect: invoke,
      },
      "RETURN-WRITE": { kind: "input", at, effect: done },
      "RETURN-READ": { kind: "input", at, effect: done },
    },
  });
}
