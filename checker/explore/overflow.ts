/** Thrown where a local id does not fit its track's width: the layout is widened, and one tries again. */
class Overflow extends Error {}

export const OVERFLOW = new Overflow("a local state does not fit the layout");
