/** Errors of something that was asked for in the right way, and did not succeed. */
const FAILED = new Set([
  "operation-timed-out",
  "operation-cancelled",
  "too-many-operations",
  "client-closed",
  "peer-unauthorised",
  "replica-stopped",
  "store-unwritable",
]);

/** Runs a command; one that fails in earnest ends with status 1, and not with the 2 of bad usage. */
export async function orFail(
  setStatus: (status: number) => void,
  run: () => Promise<void>,
): Promise<void> {
  try {
    await run();
  } catch (error) {
    const { code, message } = Object(error) as { code?: unknown; message?: unknown };
    if (typeof code !== "string" || !FAILED.has(code)) throw error;
    console.error(`quorate: ${message}`);
    setStatus(1);
  }
}
