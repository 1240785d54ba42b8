import { ownNodeVersion } from '../../spec/schema/runtimes.ts';
import { placeText } from '../findings/finding.ts';
import type { Draft, DraftAgent, DraftComponent, DraftSuite } from './draft.ts';
import { blockValue, comment, flowValue, oneLine } from './yaml-words.ts';

/** Longer mappings get a line for each key. */
const widest = 100;

/** A draft as the text of a `deployer.yaml`, with a comment wherever something was guessed or assumed. */
export function writeDraft(draft: Draft): string {
  return [
    [
      '# What this integration is and how it gets to its users. Written by `deployer init` from what is in this folder:',
    ],
    [
      '# read it, change it. Every key: `docs/spec.md` of Deployer, or `deployer schema`. Problems: `deployer check`.',
    ],
    ['deployer: 1'],
    [''],
    integration(draft),
    [''],
    ['components:'],
    ...draft.components.map((each, index) => (index === 0 ? component(each) : ['', ...component(each)])),
    ...(draft.agent === null ? [] : [['', ...agent(draft.agent)]]),
    ...(draft.suites.length === 0 ? [] : [['', ...tests(draft)]]),
    ['', ...environments(draft)],
    ...(draft.leftOut.length === 0 ? [] : [['', '# Not part of it:', ...remarks(draft.leftOut, '')]]),
  ]
    .flat()
    .join('\n')
    .concat('\n');
}

function integration({ key, owners, branch, lendsNode }: Draft): readonly string[] {
  return [
    'integration:',
    `  key: ${blockValue(key)} # runs are named by it; it stays`,
    ...(owners.length === 0 ? [] : [`  owners: ${flowValue(owners)}`]),
    ...(branch === null || branch === 'main' ? [] : ['', `trigger: ${flowValue({ branch })}`]),
    ...(lendsNode
      ? [
          '',
          `runtimes: { node: ${ownNodeVersion} } # Deployer lends its own; without this line the one on PATH`,
        ]
      : []),
  ];
}

function component(each: DraftComponent): readonly string[] {
  const entries: readonly (readonly [string, string | number | boolean | null])[] = [
    ['path', each.path],
    ['build', each.build],
    ['run', each.run],
    ['dockerfile', each.dockerfile],
    ['port', each.port],
    ['public', each.isPublic ? true : null],
  ];
  return [
    `  ${blockValue(each.name)}:`,
    ...remarks(each.remarks, '    '),
    `    role: ${each.role} # ${oneLine(each.because)}`,
    ...entries.flatMap(([key, value]) => (value === null ? [] : [`    ${key}: ${blockValue(value)}`])),
    ...health(each),
    ...(each.needs.length === 0 ? [] : [`    needs: ${flowValue(each.needs)}`]),
    ...mapping('env', Object.fromEntries(each.env.map(({ name, value }) => [name, value]))),
    ...(each.exclude.length === 0 ? [] : [`    exclude: ${flowValue(each.exclude)}`]),
  ];
}

function health({ port, ready, live }: DraftComponent): readonly string[] {
  if (port === null) return [];
  if (ready === null)
    return ['    # health: { ready: /path } # without it a port that accepts counts as ready'];
  const paths = { ready: ready.value, ...(live === null ? {} : { live: live.value }) };
  return [`    health: ${flowValue(paths)} # ${oneLine(placeText(ready.at))}`];
}

function agent({ prompts, tools, model }: DraftAgent): readonly string[] {
  return [
    'agent: # a change of any of these is another release',
    ...(prompts.length === 0 ? [] : [`  prompts: ${flowValue(prompts)}`]),
    ...(tools.length === 0 ? [] : [`  tools: ${flowValue(tools)}`]),
    ...(model === null ? [] : [`  model: ${flowValue(model)}`]),
  ];
}

function tests({ setup, suites }: Draft): readonly string[] {
  return ['tests:', ...(setup === null ? [] : [`  setup: ${blockValue(setup)}`]), ...suites.flatMap(suite)];
}

function suite({ name, run, report, remarks: own }: DraftSuite): readonly string[] {
  const missing = report === null ? ['Without `report` (a JUnit XML file) its exit code alone decides.'] : [];
  return [
    ...remarks([...own, ...missing], '  '),
    `  ${name}:`,
    `    run: ${blockValue(run)}`,
    ...(report === null ? [] : [`    report: ${blockValue(report)}`]),
  ];
}

function environments({ suites, approval }: Draft): readonly string[] {
  const gates = suites.map(({ name }) => name).filter((name) => name !== 'unit');
  return [
    'environments: # in the order of promotion; the last one serves end users',
    '  dev:',
    '    target: process',
    ...(gates.length === 0 ? [] : [`    gates: ${flowValue(gates)}`]),
    '',
    '  staging:',
    '    mirrors: production # the same shape, so that what is tested is what users get',
    `    gates: ${flowValue([...gates, 'rollback-rehearsal'])}`,
    '',
    '  production:',
    '    target: process',
    ...(approval.because === null
      ? []
      : remarks(
          [`Assumed: ${approval.because}. \`deployer answer pipeline.approvers <addresses>\` decides it.`],
          '    ',
        )),
    ...(approval.self === null
      ? [`    approval: ${flowValue({ approvers: approval.approvers })}`]
      : [
          '    approval:',
          `      approvers: ${flowValue(approval.approvers)}`,
          `      self: ${blockValue(approval.self)} # without this line authors do not approve their own changes`,
        ]),
    '    # After the switch it goes back by itself when a release does worse than this.',
    '    watch: { seconds: 60, errorRate: 0.02 }',
  ];
}

function mapping(key: string, value: Readonly<Record<string, string>>): readonly string[] {
  const entries = Object.entries(value);
  if (entries.length === 0) return [];
  const line = `    ${key}: ${flowValue(value)}`;
  if (line.length <= widest) return [line];
  return [`    ${key}:`, ...entries.map(([name, item]) => `      ${blockValue(name)}: ${blockValue(item)}`)];
}

function remarks(texts: readonly string[], indent: string): readonly string[] {
  return texts.flatMap((text) => comment(text, { indent, width: widest }));
}
