/** Writes to the log of the edge: what went wrong without anyone having asked. */
export function complain(what: string, error?: unknown): void {
  process.stderr.write(complaint(what, error));
}

/** A line of the log of an edge. */
export function complaint(what: string, error?: unknown): string {
  const reason = error instanceof Error ? error.message : error;
  return `${JSON.stringify({ at: new Date().toISOString(), what, reason })}\n`;
}
