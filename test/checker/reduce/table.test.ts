import { describe, expect, test } from "vitest";
import { type Row, rowsOf, tableOf } from "./table.ts";
import { TABLE_PROBLEMS } from "./table-problems.ts";

describe("the table of reductions", { timeout: 60_000 }, () => {
  const rows: Row[] = [];

  test.each(TABLE_PROBLEMS)(
    "%s: every accepted reduction gives the verdict of none",
    (name, make) => {
      const [plain, ...reduced] = rowsOf(name, make());
      rows.push(plain as Row, ...reduced);

      for (const { refusal, verdict } of reduced) {
        if (refusal === null) expect(verdict).toBe(plain?.verdict);
      }
    },
  );

  test("each reduction is accepted and leaves out states somewhere", () => {
    for (const reduction of ["partial-order", "eager", "absorbing-inputs"]) {
      const fewer = rows.filter(({ problem, reductions, states, verdict }) => {
        const plain = rows.find((one) => one.problem === problem) as Row;
        const isAlone = reductions.at(-1) === reduction;
        return isAlone && verdict === "holds" && (states ?? 0) < (plain.states ?? 0);
      });
      expect(fewer, tableOf(rows)).not.toEqual([]);
    }
  });
});
