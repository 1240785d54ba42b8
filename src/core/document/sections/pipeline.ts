import { count } from '../../texts/figures.ts';
import { planOf, type Stage, type StageKind } from '../../pipeline/plan.ts';
import { list, paragraph, type Saying, sayingOf, settledIn, table } from '../blocks.ts';
import type { Block, DocumentTable } from '../document.ts';
import type { DocumentFacts, GateSeen } from '../facts.ts';
import { pipelineDiagram } from '../pipeline-diagram.ts';
import { fromSpec, observed } from '../sources.ts';
import { stageSource, stageWords } from '../stage-words.ts';
import type { Statement } from '../statement.ts';
import { code, words } from '../words.ts';
import { deliveryRows } from './delivery-rows.ts';

/** 2 Step-by-Step CI/CD Workflow Configuration */
export function pipelineSection(facts: DocumentFacts): readonly Block[] {
  const { definition } = facts;
  const say = sayingOf('pipeline', facts);
  const to = definition.environments.at(-1)?.name ?? '';
  const { stages } = planOf(definition, to);
  return [
    ...list([triggerStatement(facts, say)]),
    { kind: 'diagram', diagram: pipelineDiagram(definition, stages) },
    paragraph(
      words`A release passes these steps in this order. Each that says no ends the run and leaves what serves users serving; each that cannot tell holds it until a person decides.`,
    ),
    ...list(
      stages.map((stage) => stepStatement(facts, stage, say)),
      true,
    ),
    ...gatesTable(facts, say),
    ...deliveryTable(facts, say),
    ...settledIn('pipeline', facts),
  ];
}

function triggerStatement(facts: DocumentFacts, say: Saying): Statement {
  const { trigger } = facts.definition;
  return say.statement(
    'pipeline.trigger',
    words`Commits of the branch ${code(trigger.branch)} go to ${trigger.to}: by ${code('deployer ship')}, or by themselves under ${code('deployer track')}.`,
    fromSpec(facts, ['trigger', 'trigger.branch', 'trigger.to'], {
      because:
        'main is what most repositories call the branch that is released from, and the last environment is the aim',
      question: 'pipeline.branch',
    }),
  );
}

function stepStatement(facts: DocumentFacts, stage: Stage, say: Saying): Statement {
  return say.statement(
    `pipeline.step.${environmentPrefix(stage)}${stage.name}`,
    stageWords(facts.definition, stage),
    stageSource(facts, stage),
  );
}

/** In an id: nothing before any environment. Names have no full stop, so no environment is taken for a stage. */
function environmentPrefix({ environment }: Pick<Stage | GateSeen, 'environment'>): string {
  return environment === null ? '' : `${environment}.`;
}

/** Stages that do something and judge nothing. */
const plainSteps: ReadonlySet<string> = new Set<StageKind>([
  'checkout',
  'build',
  'package',
  'setup',
  'residents',
  'migrate',
  'prepare',
  'switch',
]);

/** What each gate said of the release that is live in an environment. */
function gatesTable({ environments }: DocumentFacts, say: Saying): readonly DocumentTable[] {
  const rows = environments.flatMap(({ environment, gates }) =>
    gates
      .filter(({ stage }) => !plainSteps.has(stage))
      .map((gate) =>
        say.row(
          `pipeline.gate.${environment}.${environmentPrefix(gate)}${gate.stage}`,
          [[environment], [gate.stage], [verdictText(gate)], [gate.reason ?? '']],
          observed(gate.at, gate.evidence),
        ),
      ),
  );
  return table(
    'What the gates said of the release that is live',
    ['Environment', 'Gate', 'Verdict', 'What was seen'],
    rows,
  );
}

function verdictText({ state }: GateSeen): string {
  return state === 'skipped' ? 'not reached' : state;
}

function deliveryTable({ delivery, environments }: DocumentFacts, say: Saying): readonly DocumentTable[] {
  const at = environments.find(({ environment }) => environment === delivery?.environment)?.at;
  if (delivery === null || at === undefined) return [];
  return [
    {
      kind: 'table',
      caption: `Delivery to ${delivery.environment} in the last ${count(delivery.days, 'day')}, by the definitions of DORA`,
      columns: ['Figure', 'Value', 'From'],
      rows: deliveryRows(delivery, { say, at }),
      isMoving: true,
    },
  ];
}
