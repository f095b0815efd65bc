/**
 * A fairness class of locally controlled actions. A host runs enabled *urgent* tasks until none is
 * left; a *spontaneous* task waits for the environment: a user, a timer, a fault.
 */
export interface Task {
  readonly name: string;
  readonly urgency: "urgent" | "spontaneous";
}

/** A task that its process runs as soon as it can. */
export function urgent(name: string): Task {
  return { name, urgency: "urgent" };
}

/** A task that may stay enabled for ever: nobody owes it a step. */
export function spontaneous(name: string): Task {
  return { name, urgency: "spontaneous" };
}
