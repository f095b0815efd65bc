/** What a decoder accepts at most, so that a small input never costs much. */
export interface WireLimits {
  /** of one encoded value, and so of one frame */
  readonly bytesMax: number;
  /** arrays and maps inside each other */
  readonly depthMax: number;
  /** scalars, keys, arrays and maps together: an empty map of one byte costs far more in memory */
  readonly itemsMax: number;
}

/** 1 MiB, 64 levels, 100,000 items. */
export const defaultWireLimits: WireLimits = {
  bytesMax: 1_048_576,
  depthMax: 64,
  itemsMax: 100_000,
};
