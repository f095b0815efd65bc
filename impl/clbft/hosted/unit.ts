/** The unit of everything that a replica does. */
export const UNIT = "replica";
