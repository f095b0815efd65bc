import type { ProcessHost } from "../../network/process.ts";
import type { AgreementState } from "../agreement/state.ts";
import type { ExecutionState } from "../execution/automaton.ts";
import { UNIT } from "./unit.ts";

/** The live states of the automata, to read. */
export const agreementOf = (host: ProcessHost) => host.state(UNIT, "agreement") as AgreementState;
export const executionOf = (host: ProcessHost) => host.state(UNIT, "execution") as ExecutionState;
