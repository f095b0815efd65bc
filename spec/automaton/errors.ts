/**
 * Every way in which the language and the checker refuse, each with what to do about it.
 * A code is part of the public interface: it never changes its meaning.
 */
export const errorCodes = {
  "value-not-plain": "Use only null, booleans, safe integers, strings, Bytes, arrays and records.",
  "value-aliased": "Insert a copy: wrap the value in detach(), or use insert() and put().",
  "index-malformed": "Make indices with index(sort, at) or indices(sort, count).",
  "automaton-malformed": "Correct the definition of the automaton.",
  "start-empty": "Give the automaton at least one start state.",
  "clause-not-boolean": "A clause of a precondition returns true or false.",
  "clause-threw": "A clause must be total: test what it reads before it reads it.",
  "choose-threw": "choose() must be total: it enumerates parameters for every state.",
  "choose-malformed": "choose() returns payloads that carry every parameter of the action.",
  "effect-threw": "Effects are total: handle the case, or forbid it by a clause.",
  "effect-mutates": "Change only the state that the effect is given; everything else is frozen.",
  "effect-depends-on-key-order": "Iterate records with keys(), values() or entries().",
  "effect-impure": "Take time and randomness as parameters, by choice().",
  "effect-not-deterministic": "The same state and payload must give the same result.",
  "send-unknown": "send() takes outputs of the same automaton that are declared as `sent`.",
  "cell-undeclared": "Name every cell that a transition reads or writes in its scope or touches.",
  "cell-unknown": "Declare every cell in the automaton's start record; the universe is finite.",
  "two-controllers": "One automaton controls an action: rename one, or give each an index in `at`.",
  "internal-shared": "An internal action belongs to one automaton: rename it or make it an output.",
  "input-uncontrolled": "Add the automaton that outputs this action, or list it in `open`.",
  "action-unknown": "Name an action that some automaton of the composition has.",
  "part-unknown": "Name a part of the composition, or a field of it as part.field.",
  "property-threw": "A property is a total function of the parts that it declares to read.",
  "fairness-unknown":
    "Name a task or an action of the composition, and parameters that the action has.",
  "property-undeclared-read": "Declare the part or field in `reads`.",
  "witness-initial":
    "A witness must be something the protocol does; a start state reaches nothing.",
  "claim-malformed": "Correct the definition of the claim.",
  "claim-unknown": "Run `quorate list` to see the ids.",
  "claim-file-unreadable": "Correct the file; `npx tsc --noEmit` shows type errors.",
  "claim-file-empty": "Export a claim from the file: export default claim({ … }).",
  "restart-impossible":
    "A process that restarts has automata of one start state, all of whose fields are declared.",
  "threshold-misplaced":
    "Name whole numbers, where the system is built: outside of effects, clauses and properties.",
  "message-unknown": "Add the message to the universe of the network, or do not send it.",
  "channel-full": "Raise the bound of the network, or send less: a model loses nothing silently.",
  "reduction-refused": "Check this claim without the reduction.",
  "simulation-malformed":
    "Map to one state for each part of the specification, which has no sent outputs.",
  "parameter-unknown": "Name a parameter that every one of the projected actions carries.",
  "input-hidden": "Hide outputs only: what nobody controls cannot become a step of one's own.",
  "fair-inclusion-undecided":
    "Give a forward simulation, or a specification that is deterministic after hiding.",
  "specification-open": "Every action of the specification is visible or hidden.",
  "budget-invalid": "A budget is a whole number greater than zero.",
  "graph-too-large": "Choose a smaller instance, or raise --max-states.",
  usage: "Run `quorate --help`.",
  "counterexample-unreadable": "Give a file that `quorate check --out` wrote.",
  "record-unreadable": "Give a record that a host wrote; docs/guides/replay.md tells its format.",
  "protocol-unknown":
    "Name a protocol that this version of quorate has, or a file with --protocol.",
  "history-malformed": "Each operation is invoked before it returns; null stands for no answer.",
  "template-unknown": "Run `quorate new --help` to see the templates.",
  "file-exists": "Choose another folder, or remove the file first.",
  "claim-file-missing":
    "Name files with --files, or run `quorate new lock` to write a first claim.",
  "claim-twice": "Give each claim an id of its own.",
  "file-unwritable": "Choose a folder that you may write to.",
  "checker-defect": "This is a defect of quorate: report it with the claim that showed it.",
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** An error with a stable {@link ErrorCode}. Its message says what was wrong and what to do next. */
export class QuorateError extends Error {
  override readonly name = "QuorateError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, what: string, options?: { readonly cause?: unknown }) {
    super(`${what} ${errorCodes[code]} [${code}]`, options);
    this.code = code;
  }
}
