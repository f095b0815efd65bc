import type * as zod from "zod";
import { type Index, isIndex, sortOf } from "../../../spec/automaton/index.ts";
import { isPinnedKey } from "../identity/public-key.ts";
import type { Configuration } from "./configuration.ts";
import { type Bound, LIMITS, type Limits, RECOVERY, TIMEOUTS, type Timeouts } from "./limits.ts";
import { nearest } from "./nearest.ts";

/** One thing that is wrong: where, such as `replicas[0].address.port`, and what. */
export interface Problem {
  readonly path: string;
  readonly what: string;
}

/** Checks each field by itself. */
export type ConfigurationSchema = (
  value: unknown,
) => { readonly configuration: Configuration } | { readonly problems: readonly Problem[] };

/** f = 33 takes 100 replicas: far more than quorums and all-to-all connections are good for. */
const FAULTS_MAX = 33;
const REPLICAS_MAX = 128;
const CLIENTS_MAX = 10_000;
const PREFIXES_MAX = 1_000;

/** Names of every interface of a machine, which are fine to listen on and nothing to connect to. */
const EVERY_INTERFACE = /^(?:0\.0\.0\.0|::)$/;

type Fields = Readonly<Record<string, zod.ZodType>>;

/** The schema of a configuration, made with zod, which is loaded only when it is needed. */
export function configurationSchema(z: typeof zod): ConfigurationSchema {
  /** A record with these fields and no others: a typo is told with what was meant. */
  function record<Shape extends Fields>(shape: Shape) {
    return z.strictObject(shape, {
      error: (issue) =>
        issue.code === "unrecognized_keys"
          ? issue.keys.map((key) => unknownField(key, Object.keys(shape))).join(", ")
          : expected("an object", issue.input),
    });
  }

  const whole = (least: number, most: number) => {
    const error = ({ input }: { input?: unknown }) =>
      expected(`a whole number from ${least} to ${most}`, input);
    return z.int({ error }).min(least, { error }).max(most, { error });
  };
  const matching = (pattern: RegExp, what: string) => {
    const error = ({ input }: { input?: unknown }) => expected(what, input);
    return z.string({ error }).regex(pattern, { error });
  };
  const list = <Element extends zod.ZodType>(element: Element, most: number) =>
    z
      .array(element, { error: ({ input }) => expected("a list", input) })
      .max(most, { error: `a list has ${most} elements at most` });

  function processOf<Sort extends string>(sort: Sort) {
    return z.custom<Index<Sort>>((value) => isIndex(value) && sortOf(value) === sort, {
      error: ({ input }) => expected(`a process such as ${sort}#0`, input),
    });
  }
  const key = z.custom<string>((value) => typeof value === "string" && isPinnedKey(value), {
    error: "expected an ed25519 public key, 32 bytes in base64url",
  });

  function bounded<Name extends string>(bounds: Readonly<Record<Name, Bound>>) {
    const fields = Object.entries<Bound>(bounds).map(([name, { value, least, most }]) => {
      return [name, whole(least, most).default(value)] as const;
    });
    return record(Object.fromEntries(fields) as Record<Name, (typeof fields)[number][1]>).prefault(
      {} as never,
    );
  }

  const host = matching(/^[A-Za-z0-9_.:-]{1,253}$/, "a host name or an IP address");
  const reachable = host.refine((name) => !EVERY_INTERFACE.test(name), {
    error: "expected an address that peers can connect to, not that of every interface",
  });
  const port = whole(1, 65_535);
  const keys = record({ signing: key, tls: key });
  const prefixes = list(
    matching(/^(?:\*|[^*]+)$/, "* for every key, or a prefix, which is written without *"),
    PREFIXES_MAX,
  );

  const schema: zod.ZodType<Configuration> = record({
    version: z.literal(1, { error: "expected 1, the one version that this quorate reads" }),
    protocol: matching(/^[a-z][a-z0-9-]{0,63}$/, "the name of a protocol"),
    service: matching(/^[^\0]{1,1024}$/, "the name or the file of a service").exactOptional(),
    cluster: matching(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
      "an id of at most 64 letters, digits, dots, hyphens and underscores",
    ),
    faults: whole(0, FAULTS_MAX),
    replicas: list(
      record({
        process: processOf("replica"),
        address: record({ host: reachable, port }),
        metrics: record({ host: host.default("127.0.0.1"), port }).exactOptional(),
        keys,
      }),
      REPLICAS_MAX,
    ),
    clients: list(
      record({
        process: processOf("client"),
        keys,
        may: record({ read: prefixes, write: prefixes }),
        revoked: z.boolean({ error: "expected true or false" }).exactOptional(),
      }),
      CLIENTS_MAX,
    ),
    limits: bounded(LIMITS) satisfies zod.ZodType<Limits>,
    timeouts: bounded(TIMEOUTS) satisfies zod.ZodType<Timeouts>,
    recovery: record({ everyMs: whole(RECOVERY.least, RECOVERY.most) }).exactOptional(),
  });

  return (value) => {
    const result = schema.safeParse(value);
    if (result.success) return { configuration: result.data };
    // A misspelt field is also a missing one: the typo is what has to be told.
    const isTypo = ({ code }: zod.z.core.$ZodIssue) => code === "unrecognized_keys";
    const issues = result.error.issues;
    const ordered = [...issues.filter(isTypo), ...issues.filter((issue) => !isTypo(issue))];
    return { problems: ordered.flatMap(problemsOf) };
  };
}

function problemsOf(issue: zod.z.core.$ZodIssue): Problem[] {
  if (issue.code !== "unrecognized_keys") {
    return [{ path: pathText(issue.path), what: issue.message }];
  }
  const told = issue.message.split(", ");
  return issue.keys.map((key, at) => ({
    path: pathText([...issue.path, key]),
    what: told[at] ?? "unknown field",
  }));
}

function unknownField(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  return near === null ? "unknown field" : `unknown field; did you mean ${near}?`;
}

/** How much of a wrong value an error repeats. */
const SHOWN_CHARS_MAX = 40;

function expected(what: string, found: unknown): string {
  if (found === undefined) return `missing; expected ${what}`;
  const text = JSON.stringify(found) ?? String(found);
  const shown = text.length <= SHOWN_CHARS_MAX ? text : `${text.slice(0, SHOWN_CHARS_MAX)}…`;
  return `expected ${what}, not ${shown}`;
}

/** `replicas[0].address.port`; a field whose name is not a plain word is quoted. */
function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "the whole file";
  return path
    .map((step, at) => {
      if (typeof step === "number") return `[${step}]`;
      const name = String(step);
      if (!/^\w+$/.test(name)) return `[${JSON.stringify(name)}]`;
      return at === 0 ? name : `.${name}`;
    })
    .join("");
}
