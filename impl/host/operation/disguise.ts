import { behaviourNamed, byzantine } from "../../adversary/index.ts";
import type { HostedProcess } from "../../network/process.ts";

/**
 * What makes a faulty process of a correct one, by the name of a ready-made behaviour.
 *
 * @throws RangeError for a name that there is not, with those that there are
 */
export function disguiseNamed(
  name: string,
): (process: HostedProcess, again: () => HostedProcess) => HostedProcess {
  const behaviour = behaviourNamed(name);
  return (process, again) => byzantine(process, behaviour, again);
}
