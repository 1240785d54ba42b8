import { join } from 'node:path';

import type { Changes } from '../harness/project.ts';

/** Who decides about it. */
export const approver = 'approver@example.com';
export const tester = 'tester@example.com';

export interface Witnesses {
  /** Every command that has an effect adds a line. */
  readonly effects: string;
  /** A worker adds a line when it begins while another one works. */
  readonly workers: string;
}

export function witnessesIn(folder: string): Witnesses {
  return { effects: join(folder, 'effects'), workers: join(folder, 'workers') };
}

/** What its commands do on the way from a commit to the end, in no order. */
export const effectsOfShip: readonly string[] = [
  'build',
  'setup',
  'unit',
  'migrate-dev',
  'smoke-dev',
  'migrate-production',
  'smoke-production',
];

/**
 * Two components, a worker, and what exists once; two environments, a stage of every kind, and times as short as they
 * may be.
 */
export function smallIntegration(
  says: string,
  { effects, workers }: Witnesses,
  { breaks }: { readonly breaks: boolean } = { breaks: false },
): Changes {
  const effect = (name: string): string => `echo ${name} >> ${effects}`;
  const health = { seconds: 20 };
  const once = `${alone(workers, 'process.env.DATA_DIR')}${writing(says)}`;
  return {
    'deployer.yaml': {
      deployer: 1,
      integration: { key: 'small' },
      components: {
        web: {
          role: 'api-gateway',
          path: 'web',
          build: effect('build'),
          run: 'exec node main.mjs',
          port: 8080,
          public: true,
          needs: ['api'],
          health,
        },
        api: { role: 'transform', path: 'api', run: 'exec node main.mjs', port: 8080, health },
        store: {
          role: 'service',
          path: 'store',
          run: 'exec node main.mjs',
          scope: 'environment',
          health: { seconds: 1 },
        },
        ...(breaks ? { extra } : {}),
        ticker: { role: 'worker', path: 'ticker', run: 'exec node main.mjs', health: { seconds: 1 } },
      },
      migrations: { run: effect('migrate-$DEPLOYER_ENVIRONMENT'), kind: 'expand' },
      tests: {
        setup: effect('setup'),
        unit: { run: effect('unit') },
        smoke: { run: effect('smoke-$DEPLOYER_ENVIRONMENT'), writes: false },
        performance: {
          load: { path: '/', rate: 5, durationSeconds: 1 },
          limits: { errorRate: 0.01 },
        },
      },
      environments: {
        dev: { gates: ['smoke'], keepPrevious: '1s' },
        production: {
          approval: { approvers: [approver] },
          requires: ['configuration-validation'],
          gates: ['performance', 'smoke', 'rollback-rehearsal', 'uat'],
          uat: { testers: [tester], scenarios: ['answers'] },
          watch: { seconds: 1, minRequests: 2, errorRate: 0.01 },
          keepPrevious: '1s',
        },
      },
    },
    'web/main.mjs': server(
      `
  if (request.url !== '/work') return response.end(says);
  get(process.env.API_URL, { agent: false }, (answer) => answer.pipe(response))
    .on('error', (error) => response.writeHead(502).end(String(error)));`,
      says,
    ),
    'api/main.mjs': server(
      `
  response.end(says);`,
      says,
    ),
    // It changes with every version, in place.
    'store/main.mjs': once,
    ...(breaks ? { 'extra/main.mjs': `${once}${breaking}` } : {}),
    'ticker/main.mjs': alone(workers, 'process.env.DEPLOYER_ENVIRONMENT'),
  };
}

/**
 * Adds a line when it begins while another one of the same name, which is an expression, is at work. An abstract socket
 * is held by one process at a time, and is free as soon as that one has ended, reaped or not; its name has 107 bytes at
 * most.
 */
function alone(workers: string, name: string): string {
  return `import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:net';

const name = createHash('sha256').update(${JSON.stringify(workers)} + ${name}).digest('hex');
createServer()
  .on('error', (error) => appendFileSync(${JSON.stringify(workers)}, process.pid + ': ' + error.message + '\\n'))
  .listen('\\0' + name);
process.once('SIGTERM', () => process.exit(0));
setInterval(() => {}, 1000);
`;
}

/** What a release begins with that then fails: another one that exists once, after the one that it needs. */
const extra = {
  role: 'service',
  path: 'extra',
  run: 'exec node main.mjs',
  scope: 'environment',
  needs: ['store'],
  health: { seconds: 1 },
};

/** Where what exists once writes. */
export function linesIn(data: string): string {
  return join(data, 'lines');
}

/** A line from its start on, and others while it runs; a full disk is nothing to it. */
function writing(says: string): string {
  return `const write = () => {
  try {
    appendFileSync(process.env.DATA_DIR + '/lines', ${JSON.stringify(says)} + '\\n');
  } catch {}
};
write();
setInterval(write, 200);
`;
}

/** It works in dev. */
const breaking = `if (process.env.DEPLOYER_ENVIRONMENT === 'production') process.exit(1);
`;

function server(answer: string, says: string): string {
  return `import { createServer, get } from 'node:http';

if (Object.keys(process.env).some((name) => name.includes('NAMED_POINTS'))) throw new Error('a component sees points');
const says = ${JSON.stringify(says)};
createServer((request, response) => {${answer}
}).listen(Number(process.env.PORT), process.env.HOST);
`;
}
