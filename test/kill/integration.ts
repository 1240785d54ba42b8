import { join } from 'node:path';

import type { Changes } from '../harness/project.ts';

/** Who decides about it. */
export const approver = 'approver@example.com';
export const tester = 'tester@example.com';

export interface Witnesses {
  /** Every command that has an effect adds a line. */
  readonly effects: string;
  /** The worker that works adds a line when another one does. */
  readonly workers: string;
}

export function witnessesIn(folder: string): Witnesses {
  return { effects: join(folder, 'effects'), workers: join(folder, 'workers') };
}

/** Two components and a worker, two environments, a stage of every kind, and times as short as they may be. */
export function smallIntegration(says: string, { effects, workers }: Witnesses): Changes {
  const effect = (name: string): string => `echo ${name} >> ${effects}`;
  const health = { seconds: 20 };
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
    'ticker/main.mjs': `import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const mine = ${JSON.stringify(workers)} + '.' + process.env.DEPLOYER_ENVIRONMENT;
let other = 0;
try { other = Number(readFileSync(mine, 'utf8')); } catch {}
try { if (other > 0) { process.kill(other, 0); appendFileSync(${JSON.stringify(workers)}, 'two at once\\n'); } } catch {}
writeFileSync(mine, String(process.pid));
process.once('SIGTERM', () => { rmSync(mine, { force: true }); process.exit(0); });
setInterval(() => {}, 1000);
`,
  };
}

function server(answer: string, says: string): string {
  return `import { createServer, get } from 'node:http';

if (Object.keys(process.env).some((name) => name.includes('NAMED_POINTS'))) throw new Error('a component sees points');
const says = ${JSON.stringify(says)};
createServer((request, response) => {${answer}
}).listen(Number(process.env.PORT), process.env.HOST);
`;
}
