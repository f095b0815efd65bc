/**
 * The longest piece of a text from `at` that a message of so many characters carries: it does not end with half
 * of one, which no message can hold.
 * @param chars UTF-16 code units, at least 2
 */
export function pieceOf(text: string, at: number, chars: number): string {
  const end = at + chars;
  const splits = end < text.length && isHighSurrogate(text.charCodeAt(end - 1));
  return text.slice(at, splits ? end - 1 : end);
}

const isHighSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
