/** Writes to the log of the edge: what went wrong without anyone having asked. */
export function complain(what: string, error?: unknown): void {
  const reason = error instanceof Error ? error.message : error;
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), what, reason })}\n`);
}
