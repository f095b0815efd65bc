/** "1,16": the numbers of an option. */
export const numbers = (text: string) => text.split(",").map(Number);

/** Prints a line of figures: as words, or as JSON. */
export const reporter = (asJson: boolean) => (line: Record<string, unknown>) =>
  console.log(
    asJson
      ? JSON.stringify(line)
      : Object.entries(line)
          .map(([key, value]) => `${key} ${value}`)
          .join("  "),
  );
