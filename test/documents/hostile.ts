import * as fc from 'fast-check';

import { documentOf } from '../../src/core/document/document-of.ts';
import type { DeploymentDocument } from '../../src/core/document/document.ts';
import { shownText, shownThroughout } from '../../src/core/document/shown-text.ts';
import { moments } from './moments.ts';

/** Texts that mean something to some format that a document may pass through. */
const pieces = [
  '# heading',
  '\n# heading\n',
  '\n\n---\n\n',
  '- [ ] task',
  '1. one',
  '> quoted',
  '```\ncode\n```',
  '~~~',
  '[text](https://evil.example/)',
  '![image](https://evil.example/x.png)',
  '<https://evil.example>',
  'https://evil.example/?a=1&b=2',
  'www.evil.example',
  'somebody@evil.example',
  'mailto:somebody@evil.example',
  '[ref]: https://evil.example "title"',
  '[ref][]',
  '[^1]',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg/onload=alert(1)>',
  '</style><style>*{display:none}</style>',
  '</title>',
  '<!-- comment',
  '-->',
  ']]>',
  "' onmouseover='alert(1)",
  '&lt;b&gt;',
  '&#60;b&#62;',
  '| a | b |',
  '\\',
  '\\|',
  '`',
  '``',
  '` `` `',
  '**bold**',
  '_em_',
  '~~gone~~',
  '$x^2$',
  '{{ template }}',
  '{% raw %}',
  '${process.env.HOME}',
  '<%= 1 %>',
  '\u0000',
  '\u001B[31mred',
  '\u202Eabc',
  '\u2066abc',
  '\uD800',
  '\r\n\r\n',
  '\t\tcode',
  '\u2028',
  'שלום',
  'مرحبا',
  '😀',
  '"]; end; subgraph x["',
  '#quot;',
] as const;

export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 12 }), fc.constant(' ')),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((parts) => parts.join(''))
  // What shows nothing may leave a block out.
  .filter((text) => shownText(text).trim() !== '');

/** A document in which a text stands wherever somebody could have typed one. */
export function documentWith(text: string): DeploymentDocument {
  const facts = moments().find(({ name }) => name === 'in-production')?.facts;
  if (facts === undefined) throw new Error('there is no such moment');
  const { definition, checklist } = facts;
  return documentOf({
    ...facts,
    definition: {
      ...definition,
      name: text,
      emoji: text,
      owners: [text, text],
      components: definition.components.map((component) => ({ ...component, run: text, path: text })),
      environments: definition.environments.map((environment) => ({
        ...environment,
        policy: { ...environment.policy, self: text, uat: { testers: [text], scenarios: [text, text] } },
      })),
    },
    settled: {
      statements: [
        {
          id: 'x',
          section: 'security',
          text: ['Answered: ', text, { code: text }],
          source: { kind: 'decided', by: { kind: 'answer', question: text, who: text, at: text } },
          drift: { observed: text, at: text, evidence: text },
        },
      ],
      open: [
        {
          id: text,
          section: 'launch',
          ask: text,
          why: text,
          given: { answer: text, lacks: text },
          assumed: text,
          next: text,
        },
      ],
      conflicts: [{ question: text, sides: [text, text], next: text }],
    },
    environments: facts.environments.map((seen) => ({
      ...seen,
      url: text,
      host: text,
      frozen: { reason: text, by: text, until: text },
      gates: seen.gates.map((gate) => ({ ...gate, reason: text })),
      wayBack: { deployment: text, version: text, isReady: true, reasons: [text] },
    })),
    checklist: checklist && {
      ...checklist,
      version: text,
      waivers: checklist.waivers.map((waiver) => ({ ...waiver, reason: text, owner: text, subject: text })),
    },
  });
}

/** Every kind of block with a text wherever one may stand: small, so that many texts can be tried. */
export function smallDocumentWith(text: string): DeploymentDocument {
  const drift = { observed: text, at: text, evidence: text };
  const source = { kind: 'decided', by: { kind: 'answer', question: text, who: text, at: text } } as const;
  const assumed = { kind: 'assumed', because: text, question: text } as const;
  const said = [text, { code: text }, 'between', text];
  return shownThroughout({
    v: 1,
    integration: text,
    title: `Title: ${text}`,
    introduction: [
      { kind: 'paragraph', text: said },
      { kind: 'paragraph', text: [text] },
      { kind: 'notes', items: [said, [text]] },
    ],
    sections: [
      {
        id: 'launch',
        title: 'Launch',
        blocks: [
          { kind: 'heading', text: `In ${text}` },
          {
            kind: 'statements',
            isOrdered: true,
            statements: [
              { id: text, section: 'launch', text: said, source, drift },
              { id: text, section: 'launch', text: [text], source: assumed, drift: null },
            ],
          },
          {
            kind: 'statements',
            isOrdered: false,
            statements: [{ id: text, section: 'launch', text: [text], source, drift }],
          },
          {
            kind: 'table',
            caption: `Caption ${text}`,
            columns: ['A', text],
            rows: [
              { id: text, cells: [[text], said], source, drift },
              { id: text, cells: [[{ code: text }], [text, text]], source: assumed, drift: null },
            ],
            isMoving: false,
          },
          {
            kind: 'diagram',
            diagram: {
              id: 'architecture',
              title: text,
              description: text,
              nodes: [
                { id: 'a', label: text, detail: text, kind: 'people', group: text },
                { id: 'b', label: text, detail: null, kind: 'component', group: null },
              ],
              arrows: [{ from: 'a', to: 'b', label: text, isEncrypted: false }],
            },
          },
        ],
      },
    ],
    closing: [{ kind: 'notes', items: [said] }],
  });
}
