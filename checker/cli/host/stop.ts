const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** The wish of a terminal, a supervisor, or the program that started this one, that it end. */
export interface Stop {
  /** Aborted when the wish is there. */
  readonly signal: AbortSignal;
  readonly asked: Promise<void>;
  /** Listens no more. */
  release(): void;
}

/**
 * Listens for SIGINT, SIGTERM, and the end of the parent that has a channel to this process: replicas
 * of a demo cluster do not outlive it. Whoever signals twice does not want to wait.
 *
 * Until it is released it keeps the process alive: a host's timers do not, and a client whose
 * replicas are all away has no socket either.
 */
export function listenForStop(): Stop {
  const controller = new AbortController();
  const asked = new Promise<void>((resolve) => {
    controller.signal.addEventListener("abort", () => resolve(), { once: true });
  });
  let signals = 0;
  const signalled = () => {
    signals += 1;
    if (signals > 1) process.exit(1);
    controller.abort();
  };
  const orphaned = () => controller.abort();
  for (const signal of SIGNALS) process.on(signal, signalled);
  process.on("disconnect", orphaned);
  const alive = setInterval(() => undefined, 2 ** 30);
  return {
    signal: controller.signal,
    asked,
    release() {
      for (const signal of SIGNALS) process.off(signal, signalled);
      process.off("disconnect", orphaned);
      clearInterval(alive);
    },
  };
}
