/** What `quorate new` can write. */
export interface Template {
  readonly name: string;
  /** one line for `quorate new --help` */
  readonly summary: string;
  readonly file: string;
  readonly text: string;
  /** what the reader does next, a line each */
  readonly next: readonly string[];
}
