import { createHash } from 'node:crypto';

import { style } from './style.ts';
import { htmlText } from './text.ts';

export interface PageSection {
  /** Anchor. */
  readonly id: string;
  readonly title: string;
  /** HTML. */
  readonly body: string;
}

export interface Page {
  readonly title: string;
  /** HTML, before the first section. */
  readonly head: string;
  readonly sections: readonly PageSection[];
}

/** Nothing is fetched, run, framed or sent: only this one style counts, told by its digest. */
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`;

/** One file that stands alone. */
export function htmlPage({ title, head, sections }: Page): string {
  const contents = sections
    .map((section) => `<li><a href="#${section.id}">${htmlText(section.title)}</a></li>`)
    .join('');
  const nav =
    sections.length < 2
      ? ''
      : `<nav aria-labelledby="contents"><h2 id="contents">Contents</h2><ol>${contents}</ol></nav>\n`;
  const bodies = sections.map(
    (section) =>
      `<section aria-labelledby="${section.id}">\n<h2 id="${section.id}">${htmlText(section.title)}</h2>\n${section.body}\n</section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${htmlText(title)}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#document">Skip to the document</a>
<div class="frame">
${nav}<main id="document">
<h1>${htmlText(title)}</h1>
${head}
${bodies.join('\n')}
</main>
</div>
</body>
</html>
`;
}
