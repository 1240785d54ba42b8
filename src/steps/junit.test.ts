import { expect, test } from 'vitest';

import { JunitProblem, parseJunit } from './junit.ts';

test('testcases count at any depth, skipped ones apart', () => {
  const report = parseJunit(`<?xml version="1.0" encoding="UTF-8"?>
    <testsuites tests="99" failures="7">
      <testsuite name="outer">
        <testsuite name="inner"><testcase classname="refund" name="once"/></testsuite>
        <testcase classname="refund" name="twice"><skipped/></testcase>
        <testcase name="disabled" status="notrun"/>
      </testsuite>
      <testcase classname="refund" name="never">
        <failure message="expected &quot;1&quot; &#x2014; got &lt;2&gt;" type="AssertionError">stack
          of many lines</failure>
      </testcase>
      <testcase classname="load" name="load"><error><![CDATA[timeout <5 s>
        at x]]></error></testcase>
    </testsuites>`);
  expect(report).toEqual({
    passed: 1,
    failed: 2,
    skipped: 2,
    failures: [
      { name: 'refund › never', message: 'expected "1" — got <2>' },
      { name: 'load', message: 'timeout <5 s>' },
    ],
  });
});

test('an error beside the tests is a failure of its own', () => {
  const report = parseJunit(
    '<testsuite name="b.test.ts"><error message="cannot load"/><testcase name="a"/></testsuite>',
  );
  expect(report).toMatchObject({
    passed: 1,
    failed: 0,
    failures: [{ name: 'b.test.ts', message: 'cannot load' }],
  });
});

test('a test that a runner repeated until it passed has passed', () => {
  expect(parseJunit('<testsuite><testcase name="a"><flakyFailure/></testcase></testsuite>')).toMatchObject({
    passed: 1,
    failed: 0,
  });
});

test('output of the tests is not taken for results', () => {
  const output = '<![CDATA[<testcase name="printed"/> <!DOCTYPE html> &amp; \u001b[31mred\u001b[0m]]>';
  expect(parseJunit(`<testsuite><testcase name="a"/><system-out>${output}</system-out></testsuite>`)).toEqual(
    { passed: 1, failed: 0, skipped: 0, failures: [] },
  );
});

test.each([
  ['no XML at all', 'all good'],
  ['nothing', ''],
  ['JSON', '{"passed": 3}'],
  ['half a report', '<testsuites><testsuite><testcase name="a"/>'],
  ['two tags crossed', '<testsuite><testcase></testsuite></testcase>'],
])('%s is refused', (_, text) => {
  expect(() => parseJunit(text)).toThrow(JunitProblem);
});

test('entities of the report itself are never expanded', () => {
  const levels = Array.from({ length: 9 }, (_, n) => `<!ENTITY e${n + 1} "${`&e${n};`.repeat(10)}">`);
  const bomb = `<?xml version="1.0"?><!DOCTYPE t [<!ENTITY e0 "boom">${levels.join('')}<!ENTITY f SYSTEM "file:///etc/passwd">]>
    <testsuite><testcase name="&e9;&f;"><failure message="&f;&e9;"/></testcase></testsuite>`;
  const text = JSON.stringify(outcomeOf(bomb));
  expect(text.length).toBeLessThan(1000);
  expect(text).not.toMatch(/boom|root:/);
});

test('an entity that the report declares stays as it is written, and nothing is decoded twice', () => {
  const xml =
    '<!DOCTYPE t [<!ENTITY e "boom">]><t><testcase name="a"><error message="&e; &amp;lt;"/></testcase></t>';
  expect(parseJunit(xml).failures).toEqual([{ name: 'a', message: '&e; &lt;' }]);
});

test('thousands of failures are counted, and the first of them kept', () => {
  const cases = '<testcase name="a"><failure>no</failure></testcase>'.repeat(3000);
  const report = parseJunit(`<testsuite>${cases}</testsuite>`);
  expect(report.failed).toBe(3000);
  expect(report.failures).toHaveLength(50);
});

function outcomeOf(xml: string): unknown {
  try {
    return parseJunit(xml);
  } catch (error) {
    return error instanceof JunitProblem ? error.message : error;
  }
}

test('what is wrong with a report is told in one line, however large the report', () => {
  expect(() => parseJunit('<testsuite>\n'.repeat(10_000))).toThrow(
    expect.objectContaining({ message: expect.stringMatching(/^is not XML .{1,400}$/) }),
  );
});
