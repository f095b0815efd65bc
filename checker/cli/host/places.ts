import { dirname, join } from "node:path";

/** What says where the files of a process are. */
export interface PlaceFlags {
  readonly config: string;
  readonly keys?: string;
  readonly data?: string;
}

/** The folders of one process: as they are named, else beside the configuration. */
export function placesOf(process: string, { config, keys, data }: PlaceFlags) {
  const folder = dirname(config);
  return {
    keys: join(keys ?? join(folder, "keys"), process),
    data: data ?? join(folder, "data", process),
  };
}
