import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'deployer-large-'));
});
afterEach(() => {
  rmSync(place, { recursive: true, force: true });
});

test('a bundle of 600 MB is packed and unpacked with memory for a part of it', { timeout: 120_000 }, () => {
  const folder = join(place, 'app');
  for (let n = 0; n < 100; n++) {
    mkdirSync(join(folder, `package-${n}`), { recursive: true });
    for (let m = 0; m < 60; m++)
      writeFileSync(join(folder, `package-${n}`, `${m}.js`), Buffer.alloc(50_000, n));
  }
  writeFileSync(join(folder, 'weights.bin'), Buffer.alloc(300_000_000));
  const script = `import("${join(import.meta.dirname, 'artifact-folder.ts')}").then(async ({ openArtifactFolder }) => {
    const { signal } = new AbortController();
    const artifacts = openArtifactFolder("${join(place, 'store')}");
    const packed = await artifacts.pack({ component: "app", folder: "${folder}", exclude: [] }, signal);
    await artifacts.unpack(packed.digest, "${join(place, 'out')}", signal);
    const again = await artifacts.pack({ component: "app", folder: "${join(place, 'out')}", exclude: [] }, signal);
    console.log(JSON.stringify({ ...packed, isEqual: again.digest === packed.digest, peakKiB: process.resourceUsage().maxRSS }));
  })`;
  const result = JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })) as {
    readonly isEqual: boolean;
    readonly size: number;
    readonly files: number;
    readonly peakKiB: number;
  };
  expect(result.isEqual).toBe(true);
  expect(result.files).toBe(6001);
  expect(result.size).toBeGreaterThan(600_000_000);
  expect(result.peakKiB).toBeLessThan(350_000);
});
