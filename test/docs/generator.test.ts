import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkClaims } from "../../checker/run.ts";
import type { Evidence } from "../../docs/generator/evidence.ts";
import { rulesOf } from "../../docs/generator/rules.ts";
import { sequenceSvg } from "../../docs/generator/sequence.ts";
import { writeSite } from "../../docs/generator/site.ts";
import {
  automaton,
  type Claim,
  claim,
  compose,
  type Internal,
  invariant,
  witness,
} from "../../spec/automaton/index.ts";

/** A lamp that burns `steps` times, and whose paper says at most two. */
function lampClaim(steps: number, variants: readonly ("printed" | "repaired")[]): Claim {
  const lamp = (most: number) =>
    automaton<{ readonly burnt: number }, { burn: Internal }>("lamp", {
      start: { burnt: 0 },
      transitions: {
        burn: {
          kind: "internal",
          cite: "X.LAMP.BURN",
          when: { left: ({ burnt }) => burnt < most },
          effect: (state) => {
            state.burnt += 1;
          },
        },
      },
    });
  return claim({
    id: "X-LAMP",
    says: "A lamp burns twice at most.",
    source: "this test",
    cases: variants.map((variant) => ({
      variant,
      instance: "one lamp",
      tier: "ci",
      expect: variant === "printed" ? "violated" : "holds",
      because:
        variant === "printed" ? "X.LAMP.BURN lets it burn < more than twice." : "it is right",
      problem: () => {
        const system = compose("room", { lamp: lamp(variant === "printed" ? steps : 2) });
        return {
          system,
          properties: [
            invariant(system, {
              name: "two at most",
              reads: ["lamp"],
              holds: ({ lamp }) => lamp.burnt <= 2,
            }),
          ],
          witnesses: [
            witness(system, {
              name: "it burns",
              reads: ["lamp"],
              reached: ({ lamp }) => lamp.burnt > 0,
            }),
          ],
        };
      },
    })),
  });
}

function evidenceOf(claims: readonly Claim[]): Evidence {
  const cases = claims.flatMap((claim) => claim.cases.map((one) => ({ claim, case: one })));
  const records = checkClaims(claims);
  return { claims, cases: cases.map((one, at) => ({ ...one, record: records[at]! })) };
}

const RULES = "# Rules\n\n### X.LAMP.BURN The lamp burns\n\nIt burns *twice*.\n";
const CODE = 'export const burn = {\n  cite: "X.LAMP.BURN",\n};\n';

describe("the site", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "quorate-docs-"));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  async function put(file: string, text: string): Promise<void> {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), text);
  }
  const read = (file: string) => readFile(join(root, "site", file), "utf8");
  const write = (evidence: Evidence) => writeSite(root, join(root, "site"), evidence);

  test("shows a rule with its code, claims and tests, and each clause seen true and false", async () => {
    await put("impl/lamp/rules.md", RULES);
    await put("impl/lamp/lamp.ts", CODE);
    await put("test/impl/lamp.test.ts", 'test("X.LAMP.BURN is kept", () => {});\n');

    const failures = await write(evidenceOf([lampClaim(3, ["printed", "repaired"])]));

    expect(failures).toEqual([]);
    const page = await read("lamp.html");
    expect(page).toContain("impl/lamp/lamp.ts:2");
    expect(page).toContain("test/impl/lamp.test.ts");
    expect(page).toMatch(/left<\/code> true [1-9]\d*, false [1-9]/);
    expect(page).toContain('href="evidence.html#X-LAMP"');
  });

  test("fails for a rule without code, and names it", async () => {
    await put("impl/lamp/rules.md", `${RULES}\n### X.LAMP.BREAK It breaks\n\nOnce.\n`);
    await put("impl/lamp/lamp.ts", CODE);

    const failures = await write(evidenceOf([lampClaim(3, ["repaired"])]));

    expect(failures).toEqual(["impl/lamp/rules.md:7 X.LAMP.BREAK: no code cites it"]);
  });

  test("takes a stated reason, but only the one that fits", async () => {
    const breaks = (line: string) => `${RULES}\n### X.LAMP.BREAK It breaks\n\n${line}\n`;
    const evidence = evidenceOf([lampClaim(3, ["repaired"])]);
    await put("impl/lamp/lamp.ts", CODE);

    await put("impl/lamp/rules.md", breaks("No code: a lamp is\nbroken by its owner."));
    expect(await write(evidence)).toEqual([]);
    expect(await read("lamp.html")).toContain("No code: a lamp is broken by its owner.");
    await put("impl/lamp/rules.md", breaks("Not exercised: a lamp is broken by its owner."));
    expect(await write(evidence)).toHaveLength(1);
    await put("impl/lamp/rules.md", breaks("No code:"));
    expect(await write(evidence)).toHaveLength(1);
  });

  test("fails for a clause that no CI exploration saw false", async () => {
    await put("impl/lamp/rules.md", RULES);
    await put("impl/lamp/lamp.ts", CODE);
    const { claims, cases } = evidenceOf([lampClaim(3, ["repaired"])]);
    const blind = cases.map((one) => {
      const { coverage } = one.record;
      const clauses = { "lamp burn left": { yes: 2, no: 0 } };
      return { ...one, record: { ...one.record, coverage: { ...coverage, clauses } } };
    });

    expect(await write({ claims, cases: blind })).toEqual([
      "impl/lamp/rules.md:3 X.LAMP.BURN: lamp burn: clause left was never false",
    ]);
  });

  test("fails for code that cites a rule which is not written down", async () => {
    await put("impl/lamp/rules.md", RULES);
    await put("impl/lamp/lamp.ts", `${CODE}${CODE.replace("BURN", "GLOW")}`);

    const failures = await write(evidenceOf([lampClaim(3, ["repaired"])]));

    expect(failures).toEqual(["impl/lamp/lamp.ts:5 cites X.LAMP.GLOW, which is no rule"]);
  });

  test("shows a refuted printed variant with its run, its repair and how to replay it", async () => {
    await put("impl/lamp/rules.md", RULES);
    await put("impl/lamp/lamp.ts", CODE);

    await write(evidenceOf([lampClaim(3, ["printed", "repaired"])]));

    const page = await read("findings.html");
    expect(page).toContain("lets it burn &lt; more than twice.");
    expect(page).toContain("<code>X.LAMP.BURN</code> The lamp burns");
    expect(page).toContain('<svg role="img"');
    expect(page).toContain("sequenceDiagram");
    expect(page).toContain("npx quorate check 'X-LAMP@printed@one lamp' --out evidence");
    expect(page).toContain('<span class="verdict holds">holds</span>');
  });

  test("links every page from the index", async () => {
    await put("impl/lamp/rules.md", RULES);
    await put("impl/lamp/lamp.ts", CODE);
    await put("docs/guides/first.md", "# The first guide\n");

    await write(evidenceOf([lampClaim(3, ["printed"])]));

    const page = await read("index.html");
    for (const href of ["lamp.html", "findings.html", "evidence.html", "../guides/first.md"]) {
      expect(page).toContain(`href="${href}"`);
    }
  });
});

test("rules end at the next heading, and fenced text holds none", () => {
  const rules = rulesOf(
    "### L.A.B First\ntext\n```\n### L.A.C no rule\n```\n## Part\nelse\n### `L.A.D`\n",
  );

  expect(rules.map(({ id, title, line }) => [id, title, line])).toEqual([
    ["L.A.B", "First", 1],
    ["L.A.D", "", 8],
  ]);
  expect(rules[0]?.text).toContain("### L.A.C no rule");
  expect(rules[0]?.text).not.toContain("else");
});

test("a sequence diagram has a lane for each process and an arrow for each receiver", () => {
  const leaves = ["server", "clients[0]", "log"].map((name) => ({
    name,
    lane: name === "log" ? "server" : name,
  }));
  const svg = sequenceSvg({
    claim: "x",
    variant: "printed",
    instance: "1",
    property: "a < b",
    kind: "invariant",
    leaves,
    start: [],
    actions: [
      { name: "grant", payload: {}, controller: "server", participants: ["clients[0]", "log"] },
      { name: "think", payload: {}, controller: "clients[0]", participants: [] },
    ],
    states: [],
    specification: null,
  });

  expect(svg.match(/class="lane"/g)).toHaveLength(2);
  expect(svg.match(/<line class="arrow"/g)).toHaveLength(1);
  expect(svg.match(/<path class="arrow"/g)).toHaveLength(1);
  expect(svg).toContain("violates: a &lt; b");
});
