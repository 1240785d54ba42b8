// Starts the embedded PostgreSQL of a home, prints how many milliseconds that took, and ends it.
// Usage: node bench/load/start-postgres.ts <home>
import { mkdirSync } from 'node:fs';

import { homeAt } from '../../src/lib/home.ts';
import { startPostgres, stopPostgres } from '../../src/store/embedded/postgres.ts';

const [root = ''] = process.argv.slice(2);
const home = homeAt(root);
mkdirSync(root, { recursive: true, mode: 0o700 });
const startedAt = performance.now();
await startPostgres(home);
process.stdout.write(String(performance.now() - startedAt));
await stopPostgres(home);
