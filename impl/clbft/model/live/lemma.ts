import { compose, symbolicDigest, type Value } from "../../../../spec/automaton/index.ts";
import { accepting } from "../../../adversary/checked/index.ts";
import { execution } from "../../execution/automaton.ts";
import type { Replica } from "../../messages.ts";
import { clientWindowOf } from "../world.ts";
import { FORGED_STATE, OPEN, type OwingSize, owingParts } from "./composition.ts";
import { asking } from "./requests.ts";
import { type Watcher, watched } from "./watched.ts";

/**
 * The system of {@link owingParts}, in which one correct replica is watched. It alone may be asked, at any time and
 * again; what others have, they have from the start.
 */
export function watching<W extends Value>(size: OwingSize, self: Replica, watcher: Watcher<W>) {
  const { world } = size;
  const { service, rules, checkpointEvery, numbers, requests, correct } = world;
  const { agreement, execution: services, medium, clocks } = owingParts(size);
  const at = correct.indexOf(self);
  const others = <T>(all: readonly T[]) => all.filter((_, index) => index !== at);
  const clientWindow = clientWindowOf(world);
  const own = execution({
    self,
    service,
    digest: symbolicDigest,
    rules,
    clientWindow,
    checkpointEvery: checkpointEvery ?? numbers + 1,
  });
  const serving = accepting(own, FORGED_STATE as never);
  return compose(
    "CLBFT that owes, one replica watched",
    {
      watched: watched(agreement[at] as never, serving as never, watcher),
      agreement: others(agreement),
      execution: others(services),
      medium,
      clocks,
      clients: asking(requests.map((request) => ({ request, at: [self] }))),
    },
    { open: OPEN.filter((action) => action !== "REQUEST") },
  );
}

export type Watching<W extends Value> = ReturnType<typeof watching<W>>;
