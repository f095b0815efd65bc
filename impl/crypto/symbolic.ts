import { type Index, symbolicDigest, type Token, type Value } from "../../spec/automaton/index.ts";

/**
 * Signatures as the models have them: perfect. A token `{by, over}` comes into being only when `by`
 * mints it; whoever saw it may repeat it; nobody can make another out of it. What a real
 * scheme accepts is held against this.
 */
export interface SymbolicScheme {
  /** The only way to a valid token: in the name of `by`, for a statement within a scope. */
  mint(by: Index, scope: string, statement: Value): Token;
  /**
   * Whether `by` once minted this token for this very statement in this very scope.
   * @param token null for whatever is no token at all: bytes that nobody minted
   */
  accepts(by: Index, scope: string, statement: Value, token: Token | null): boolean;
}

/** A world of symbolic signatures in which nobody has signed anything yet. */
export function createSymbolicScheme(): SymbolicScheme {
  const minted = new Set<string>();
  const spelled = ({ by, over }: Token) => `${by} ${over}`;
  const overOf = (scope: string, statement: Value) => symbolicDigest([scope, statement]);
  return {
    mint(by, scope, statement) {
      const token = { by, over: overOf(scope, statement) };
      minted.add(spelled(token));
      return token;
    },
    accepts(by, scope, statement, token) {
      return (
        token !== null &&
        token.by === by &&
        token.over === overOf(scope, statement) &&
        minted.has(spelled(token))
      );
    },
  };
}
