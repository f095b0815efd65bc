/**
 * Inputs that only fill an inbox, for the reduction `absorbing-inputs`: each is folded into the
 * later step that reads what it brought. Actions are named; the automata that take part in a
 * receipt as an input are the ones whose inbox it fills.
 */
export interface Absorbing {
  /** the inputs, as in `["DELIVER"]` */
  readonly receipts: readonly string[];
  /** the field of the state that they fill, and no other */
  readonly inbox: string;
  /** the actions of the same automata that read, or clear, the inbox */
  readonly readers: readonly string[];
}
