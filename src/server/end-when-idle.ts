/** An idle server that nothing was ever shipped with ends by itself. */
const idleEndMs = 3 * 60 * 60_000;
const lookMs = 60_000;

/** Calls `end` when `isIdle` has said so for three hours. A look that fails, as the database restarts, is a no. */
export function endWhenIdle(isIdle: () => Promise<boolean>, end: () => void): NodeJS.Timeout {
  let idleSince = performance.now();
  async function look(): Promise<void> {
    if (!(await isIdle().catch(() => false))) idleSince = performance.now();
    else if (performance.now() - idleSince >= idleEndMs) end();
  }
  return setInterval(() => void look(), lookMs).unref();
}
