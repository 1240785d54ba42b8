/** The PostgreSQL that several servers and workers share; null: a home has one of its own. */
export function sharedDatabase(): string | null {
  const named = process.env['DEPLOYER_DATABASE_URL'];
  return named === undefined || named === '' ? null : named;
}
