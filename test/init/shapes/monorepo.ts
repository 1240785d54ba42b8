import type { Files } from '../../scratch-repository.ts';

function pack(content: object): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** npm workspaces: two programs that share a package of types. */
export const monorepo: Files = {
  'package.json': pack({
    name: 'travel-planner',
    private: true,
    workspaces: ['apps/*', 'packages/*'],
    scripts: {
      build: 'npm run build --workspaces --if-present',
      test: 'vitest',
      start: 'npm run dev --workspaces',
    },
    devDependencies: { vitest: '4.0.0', typescript: '5.9.3' },
  }),
  'package-lock.json': '{}\n',
  'packages/shared/package.json': pack({ name: '@travel/shared', main: 'index.js' }),
  'packages/shared/index.js': 'export const currency = "EUR";\n',
  'apps/api/package.json': pack({
    name: '@travel/api',
    scripts: { build: 'tsc', start: 'node dist/main.js' },
    dependencies: { '@travel/shared': '*', fastify: '5.6.0' },
  }),
  'apps/api/src/main.ts': `const planner = process.env.PLANNER_URL;
const port = Number(process.env.API_PORT ?? 4000);
app.get('/health', () => ({ ok: true }));
app.listen({ port });
`,
  'apps/planner/package.json': pack({
    name: '@travel/planner',
    scripts: { start: 'node main.js' },
    dependencies: { ai: '6.0.0', '@ai-sdk/openai': '3.0.0', '@travel/shared': '*' },
  }),
  'apps/planner/main.js': 'serve({ port: process.env.PORT });\n',
  'docs/guide.md': '# Guide\n',
};
