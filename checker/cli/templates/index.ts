import { claimTemplate } from "./claim.ts";
import { lockTemplate } from "./lock.ts";
import type { Template } from "./template.ts";
import { twoPhaseCommitTemplate } from "./two-phase-commit.ts";

/** The templates of `quorate new`, the one for a first look first. */
export const templates: readonly Template[] = [lockTemplate, twoPhaseCommitTemplate, claimTemplate];
