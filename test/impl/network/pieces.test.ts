import fc from "fast-check";
import { expect, test } from "vitest";
import { pieceOf } from "../../../impl/network/pieces.ts";

test("pieces make the text again, and none is longer than asked or ends with half a character", () => {
  const texts = fc.string({ unit: "binary" });
  fc.assert(
    fc.property(texts, fc.integer({ min: 2, max: 9 }), (text, chars) => {
      let again = "";
      while (again.length < text.length) {
        const piece = pieceOf(text, again.length, chars);
        expect(piece.length).toBeGreaterThan(0);
        expect(piece.length).toBeLessThanOrEqual(chars);
        expect(piece.isWellFormed()).toBe(true);
        again += piece;
      }
      expect(again).toBe(text);
    }),
  );
});
