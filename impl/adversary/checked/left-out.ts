/** What each behaviour does not do, in words: `coalition` does all of it, within its universe. */
const LEFT_OUT = {
  mute: "mute: a silent process sends nothing at all, and nothing false",
  crash: "crash: a process that crashes was correct until then and does not come back",
  withhold: "withhold: what a selective process does send is correct, and whom it serves is fixed",
  equivocate: "equivocate: a liar tells only the lies that it is given, where a correct one speaks",
  doubleVote: "doubleVote: a double voter answers single messages, with what a fresh copy says",
  mutate: "mutate: a message is changed in one field, at the time when a correct process sends it",
  twin: "twin: each of two copies is correct; who talks to which is fixed at the start",
} as const;

export type CheckedBehaviour = keyof typeof LEFT_OUT;

/** For `Problem.excludes`: what the faulty processes of an instance do not do. */
export function leftOut(...behaviours: readonly CheckedBehaviour[]): string[] {
  return behaviours.map((behaviour) => LEFT_OUT[behaviour]);
}
