import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { documentOf } from '../../src/core/document/document-of.ts';
import { checklistHtml } from '../../src/documents/checklist.ts';
import { documentHtml } from '../../src/documents/html/document.ts';
import { chromiumPath } from '../../scripts/chromium-path.ts';
import { documentWith } from './hostile.ts';
import { moments } from './moments.ts';

let browser: Browser;
let folder: string;

beforeAll(async () => {
  // As root, which tests in a container often are, Chromium has no sandbox to offer.
  browser = await chromium.launch({ executablePath: chromiumPath() ?? '', args: ['--no-sandbox'] });
  folder = await mkdtemp(join(tmpdir(), 'deployer-page-'));
});

afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

interface Opened {
  readonly page: Page;
  /** Everything that the page asked for beside itself. */
  readonly requests: readonly string[];
  /** What the browser complained of. */
  readonly complaints: readonly string[];
}

async function open(html: string, look: { readonly colorScheme?: 'light' | 'dark' } = {}): Promise<Opened> {
  const file = join(folder, `${Math.random()}.html`);
  await writeFile(file, html);
  // axe has to be put in past the policy of the page, which forbids every script.
  const page = await browser.newPage({ ...look, bypassCSP: true, viewport: { width: 1280, height: 900 } });
  const requests: string[] = [];
  const complaints: string[] = [];
  const url = pathToFileURL(file).href;
  page.on('request', (request) => void (request.url() === url ? null : requests.push(request.url())));
  page.on('console', (message) => void complaints.push(message.text()));
  page.on('pageerror', (error) => void complaints.push(error.message));
  page.on('dialog', (dialog) => void complaints.push(dialog.message()));
  await page.goto(url);
  return { page, requests, complaints };
}

const pages = moments().flatMap(({ name, facts }) => [
  {
    name: `document ${name}`,
    html: documentHtml(documentOf(facts), { revision: 3, at: '2026-03-09T08:00:00.000Z', causes: [] }),
  },
  ...(facts.checklist === null ? [] : [{ name: `checklist ${name}`, html: checklistHtml(facts.checklist) }]),
]);

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
  readonly passes: readonly unknown[];
}

test.for(
  pages.flatMap((page) => (['light', 'dark'] as const).map((colorScheme) => ({ ...page, colorScheme }))),
)(
  'axe finds nothing against it, and nothing is fetched: $name, $colorScheme',
  async ({ html, colorScheme }) => {
    const { page, requests, complaints } = await open(html, { colorScheme });
    await page.addScriptTag({ content: axe.source });
    const { violations, passes } = await page.evaluate<AxeResult>('axe.run()');
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual(
      [],
    );
    expect(passes.length).toBeGreaterThan(15);
    expect(requests).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  },
);

test('what somebody typed does nothing in a browser', async () => {
  const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)><style>*{display:none}</style></title>`;
  const { page, requests, complaints } = await open(documentHtml(documentWith(hostile), null));
  expect(await page.locator('script, img').count()).toBe(0);
  expect(await page.locator('h1').isVisible()).toBe(true);
  expect([requests, complaints]).toEqual([[], []]);
  await page.close();
});

test('a page is never wider than its window, down to that of a telephone', async () => {
  const { page } = await open(pages[0]?.html ?? '');
  for (const width of [1280, 768, 360]) {
    await page.setViewportSize({ width, height: 800 });
    const overflow = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
    expect(overflow, `${width} px`).toBeLessThanOrEqual(0);
  }
  await page.close();
});

test.for(pages)(
  'its text has most of a wide window, with contents beside it or without: $name',
  async ({ html }) => {
    const { page } = await open(html);
    expect((await page.locator('main').boundingBox())?.width).toBeGreaterThan(900);
    await page.close();
  },
);

/** What is left of an A4 page between its margins of 14 mm, at 96 pixels to the inch. */
const printedWidth = Math.floor(((210 - 2 * 14) / 25.4) * 96);

test.for(pages)(
  'it prints to pages of A4 in colours for paper, and nothing is cut off: $name',
  async ({ html }) => {
    const { page } = await open(html, { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: printedWidth, height: 1000 });
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    const outside = await page.evaluate<readonly string[]>(
      `[...document.querySelectorAll('body *')]
      .filter((each) => each.getBoundingClientRect().right > ${printedWidth} + 1)
      .map((each) => each.tagName + ' ' + each.textContent.slice(0, 40))`,
    );
    expect(outside).toEqual([]);
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    expect(pdf.slice(0, 5)).toBe('%PDF-');
    const sheets = pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    expect(sheets).toBeGreaterThan(0);
    expect(sheets).toBeLessThan(25);
    // A4 in points.
    expect(pdf).toMatch(/\/MediaBox \[0 0 59[45](?:\.\d+)? 84[12](?:\.\d+)?\]/);
    await page.close();
  },
);
