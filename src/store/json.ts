/** JSON for a `jsonb` column. */
export function json(value: unknown): string {
  return JSON.stringify(value);
}

export function iso(date: Date): string {
  return date.toISOString();
}

export function isoOrNull(date: Date | null): string | null {
  return date === null ? null : date.toISOString();
}
