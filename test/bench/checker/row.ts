import { measure } from "./own.ts";
import { explorationsOf, measureGroup, paperLClaims } from "./paper-l.ts";
import type { OwnRow } from "./rows.ts";

/*
 * The process of one row: what it is to measure stands in its argument, and what it measured is its
 * output, both JSON. A number names one exploration of paper L.
 */
const asked = JSON.parse(process.argv[2] as string) as OwnRow | number;
const outcome =
  typeof asked === "number"
    ? measureGroup(explorationsOf(await paperLClaims())[asked] ?? [])
    : measure(asked);
console.log(JSON.stringify(outcome));
