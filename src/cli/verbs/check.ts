import type { RollbackReadinessView } from '../../api/views/rollback.ts';
import type { IntegrationDefinition } from '../../core/definition/integration.ts';
import { isOneWay } from '../../core/releases/migration.ts';
import { parityOf } from '../../core/definition/parity.ts';
import { residentsOf } from '../../core/residents/resident.ts';
import { planLines, planOf } from '../../core/pipeline/plan.ts';
import type { LoadedSpec } from '../../spec/load.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { loadProject } from '../load-project.ts';
import { checkText, type CheckReport } from '../output/check-text.ts';
import { findProject } from '../project.ts';
import { goingBack } from '../run/going-back.ts';
import { judgingPolicies, policiesInForce, policyLines } from '../run/policies-in-force.ts';
import { secretsNotSet } from '../run/unset-secrets.ts';
import { defineVerb, text, type Verb } from '../verb.ts';

export const check: Verb = defineVerb({
  name: 'check',
  group: 'Ship',
  summary: 'validate deployer.yaml, and see what a ship would do',
  about:
    'Reads the files as they are, not the commit. Shows every problem with its place, the stages of a ship,\n' +
    'where environments differ, and whether each could be rolled back. Starts no server.',
  arguments: {},
  options: { to: text('--to <environment>', 'plan a ship that ends there', 'environment') },
  examples: [
    ['deployer check', 'exit code 2 when there are errors'],
    ['deployer check --json | jq .plan', 'the stages of a ship'],
  ],
  async run(context, { to }) {
    const project = await findProject(context);
    const loaded = await loadProject(project, context);
    const report = await reportOf(context, loaded, to);
    const { out } = context.terminal;
    const view = { source: project.text, style: out.style, width: out.columns };
    out.line(context.isJson ? JSON.stringify(report) : checkText(report, loaded.definition, view));
    return report.ok ? exitCode.done : exitCode.wrongUsage;
  },
});

async function reportOf(
  context: Context,
  { definition, problems }: LoadedSpec,
  to: string | null,
): Promise<CheckReport> {
  if (definition === null)
    return { ok: false, problems, plan: [], policy: [], parity: [], rollback: [], unsetSecrets: null };
  const inForce = await policiesInForce(context, definition.key);
  const plan = planOf(definition, to ?? definition.trigger.to, judgingPolicies(definition, inForce));
  return {
    ok: true,
    problems,
    plan: planLines(plan),
    policy: policyLines(definition, inForce),
    parity: parityOf(definition),
    rollback: await readinessOf(context, definition),
    unsetSecrets: await secretsNotSet(context, { definition, plan }),
  };
}

/** What a ship of these files does to the way back. Whether an environment has taken the migration, its run says. */
function wayBackAhead({ migrations, components }: IntegrationDefinition): string | null {
  const residents = residentsOf(components).map(({ name }) => name);
  const sentences = [
    ...(migrations === undefined || !isOneWay(migrations.kind)
      ? []
      : [`once its ${migrations.kind} migration has run, there is no way back to what is live now`]),
    ...(residents.length === 0
      ? []
      : [
          `${residents.join(', ')} ${residents.length === 1 ? 'stays' : 'stay'} as changed: one per environment`,
        ]),
  ];
  return sentences.length === 0 ? null : sentences.join('; ');
}

async function readinessOf(
  context: Context,
  definition: IntegrationDefinition,
): Promise<CheckReport['rollback']> {
  const environments = definition.environments.map(({ name }) => name);
  const ahead = wayBackAhead(definition);
  const views = await goingBack(context, definition.key, environments);
  return environments.map((environment, index) => {
    const view: RollbackReadinessView | string = views[index] ?? 'not asked';
    if (typeof view === 'string')
      return { environment, ready: null, reasons: [view], to: null, version: null, ahead };
    const { ready, reasons, to, version } = view;
    return { environment, ready, reasons, to, version, ahead };
  });
}
