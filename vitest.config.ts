import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Of tests that start servers, databases and edges of their own. */
const patient = { testTimeout: 180_000, hookTimeout: 180_000 };
/** One file at a time leaves them the machine. */
const withServers = { ...patient, fileParallelism: false };
/** Most of these wait more than they work, so two files take hardly longer than one. */
const twoAtATime = { ...patient, maxWorkers: 2 };

/** One project per lane: what a lane needs from the machine decides which one a test file belongs to. */
const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['**/*.{slow,python,registry,tmpfs,browser}.test.ts', 'test/fixtures/**'],
          testTimeout: 20_000,
        },
      },
      { test: { ...twoAtATime, name: 'slow', include: ['{src,test}/**/*.slow.test.ts'] } },
      { test: { ...withServers, name: 'python', include: ['test/**/*.python.test.ts'] } },
      { test: { ...withServers, name: 'registry', include: ['test/**/*.registry.test.ts'] } },
      { test: { ...withServers, name: 'browser', include: ['test/**/*.browser.test.ts'] } },
      { test: { ...withServers, name: 'tmpfs', include: ['test/**/*.tmpfs.test.ts'] } },
    ],
  },
});
export default config;
