import { XMLParser, XMLValidator } from 'fast-xml-parser';

import type { TestFailure, TestReport } from '../core/verdicts/suite-verdict.ts';
import { messageOf } from '../lib/message-of.ts';

/** Why a text is not a test report, as the end of a sentence: `is not XML (line 3: …)`. */
export class JunitProblem extends Error {}
Object.defineProperty(JunitProblem.prototype, 'name', { value: 'JunitProblem' });

/** Failing tests that are kept by name; the counts count all. */
const maxFailures = 50;
const maxMessage = 300;

/**
 * Reads a JUnit XML report. The format has no standard; what is relied on is what all writers share: `<testcase>`
 * elements at any depth, with `<failure>`, `<error>` or `<skipped>` in them. Counts in attributes are not believed.
 * No entity is expanded but the five of XML itself and character references.
 */
export function parseJunit(xml: string): TestReport {
  const valid = XMLValidator.validate(xml);
  if (valid !== true) throw new JunitProblem(`is not XML (line ${valid.err.line}: ${clean(valid.err.msg)})`);
  const tally = new Tally();
  for (const element of elementsIn(parse(xml))) visit(element, tally);
  return tally.report();
}

class Tally {
  passed = 0;
  failed = 0;
  skipped = 0;
  readonly failures: TestFailure[] = [];

  addFailure(name: string, cause: Element): void {
    if (this.failures.length < maxFailures) this.failures.push({ name, message: failureText(cause) });
  }

  report(): TestReport {
    const { passed, failed, skipped, failures } = this;
    return { passed, failed, skipped, failures };
  }
}

function visit(element: Element, tally: Tally): void {
  if (element.name === 'testcase') {
    judge(element, tally);
    return;
  }
  for (const child of element.children) {
    // Beside the tests: a file that did not load, a hook that threw.
    if (isFailure(child)) tally.addFailure(nameOf(element), child);
    else visit(child, tally);
  }
}

function judge(testcase: Element, tally: Tally): void {
  const failure = testcase.children.find(isFailure);
  if (failure !== undefined) {
    tally.failed += 1;
    tally.addFailure(nameOf(testcase), failure);
  } else if (isSkipped(testcase)) tally.skipped += 1;
  else tally.passed += 1;
}

function isFailure({ name }: Element): boolean {
  return name === 'failure' || name === 'error';
}

/** GoogleTest writes no `<skipped>` for a disabled test, but `status="notrun"`. */
function isSkipped({ attributes, children }: Element): boolean {
  const status = attributes['status'];
  return children.some(({ name }) => name === 'skipped') || status === 'notrun' || status === 'skipped';
}

function nameOf({ name, attributes }: Element): string {
  const own = attributes['name'] ?? name;
  const group = attributes['classname'];
  return clean(group === undefined || group === '' || group === own ? own : `${group} › ${own}`);
}

function failureText({ attributes, text }: Element): string {
  const [firstLine = ''] = clean(attributes['message'] || text)
    .trim()
    .split('\n');
  return firstLine;
}

function clean(text: string): string {
  return decode(text.slice(0, maxMessage * 2))
    .slice(0, maxMessage)
    .replaceAll('\0', '\uFFFD')
    .toWellFormed();
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decode(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(\w+));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return entities[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10_ffff ? String.fromCodePoint(code) : whole;
  });
}

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

function parse(xml: string): unknown {
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    removeNSPrefix: true,
    ignoreDeclaration: true,
    ignorePiTags: true,
    parseTagValue: false,
    processEntities: false,
    trimValues: false,
  });
  try {
    return parser.parse(xml);
  } catch (error) {
    throw new JunitProblem(`cannot be parsed (${clean(messageOf(error))})`);
  }
}

const attributesKey = ':@';
const textKey = '#text';

/** The parser's nodes, `{ <name>: [children], ':@': { attributes } }` or `{ '#text': … }`, as elements. */
function elementsIn(nodes: unknown): readonly Element[] {
  return nodesIn(nodes).flatMap((node) => {
    const name = Object.keys(node).find((key) => key !== attributesKey);
    if (name === undefined || name === textKey) return [];
    return [
      {
        name,
        attributes: attributesOf(node[attributesKey]),
        children: elementsIn(node[name]),
        text: textIn(node[name]),
      },
    ];
  });
}

function textIn(nodes: unknown): string {
  return nodesIn(nodes)
    .map((node) => node[textKey])
    .filter((text) => typeof text === 'string')
    .join('');
}

function nodesIn(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? value : [];
}

function attributesOf(value: unknown): Readonly<Record<string, string>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, string>) : {};
}
