import { z } from 'zod';
import { defaults } from '../defaults.ts';
import { checklistItems, type ChecklistItemId } from '../../core/checklist/checklist.ts';
import { targetKinds, type TargetKind } from '../../core/definition/integration.ts';
import { approvalSection, uatSection, watchSection } from './policy.ts';
import type { ApprovalSection, UatSection, WatchSection } from './policy.ts';
import { environmentVariables, resourcesSection, type EnvSection, type ResourcesSection } from './shape.ts';
import { list, meta, oneOf, wholeNumber } from './field.ts';
import { keyed, name, namePattern } from './names.ts';
import { duration } from './quantities.ts';
import { filePath, line } from './texts.ts';

export interface EdgeSection {
  readonly port?: number;
  readonly cert?: string;
  readonly key?: string;
  readonly workers?: number;
}

interface OverrideSection {
  readonly replicas?: number;
  readonly env?: EnvSection;
  readonly resources?: ResourcesSection;
}

export interface EnvironmentSection extends OverrideSection {
  readonly target?: TargetKind;
  readonly mirrors?: string;
  readonly differs?: Readonly<Record<string, string>>;
  readonly strategy?: 'blue-green';
  readonly components?: Readonly<Record<string, OverrideSection>>;
  readonly edge?: EdgeSection;
  readonly gates?: readonly string[];
  readonly requires?: readonly ChecklistItemId[];
  readonly approval?: ApprovalSection;
  readonly uat?: UatSection;
  readonly watch?: WatchSection;
  readonly keepPrevious?: string;
  readonly users?: 'internal' | 'external';
}

const replicaRange = { min: 1, max: 100 };

const overrideSection: z.ZodType<OverrideSection> = z
  .strictObject({
    replicas: wholeNumber(replicaRange, {
      description: 'How many of this component run.',
      examples: [3],
      defaultText: 'those of the environment',
    }).exactOptional(),
    env: environmentVariables('Variables over those of component and environment.').exactOptional(),
    resources: resourcesSection('Limits over those of component and environment.').exactOptional(),
  })
  .meta(
    meta({ description: 'What one component gets in this environment alone.', examples: [{ replicas: 3 }] }),
  );

const edgeSection: z.ZodType<EdgeSection> = z
  .strictObject({
    port: wholeNumber(
      { min: 1, max: 65_535 },
      { description: 'HTTPS port on 127.0.0.1.', examples: [7443], defaultText: 'chosen once and kept' },
    ).exactOptional(),
    cert: filePath({
      description:
        'PEM file with the certificate chain; `key` belongs to it. Relative to this file, or absolute.',
      examples: ['/etc/ssl/desk.pem'],
      defaultText: 'issued by the local certificate authority',
    }).exactOptional(),
    key: filePath({
      description:
        'PEM file with the private key; best outside the repository. Relative to this file, or absolute.',
      examples: ['/etc/ssl/private/desk.key'],
      defaultText: 'made by the local certificate authority',
    }).exactOptional(),
    workers: wholeNumber(
      { min: 1, max: 64 },
      { description: 'Processes that share the port.', examples: [1], default: defaults.edgeWorkers },
    ).exactOptional(),
  })
  .meta(meta({ description: 'The router in front of the environment.', examples: [{ port: 7443 }] }));

const example = { approval: { approvers: ['ops@example.com'] } };

const environmentSection: z.ZodType<EnvironmentSection> = z
  .strictObject({
    target: oneOf(targetKinds, {
      description: 'The kind of place. Not yet acted on: `docker`, `kubernetes`.',
      examples: ['process'],
      default: 'process',
    }).exactOptional(),
    mirrors: name({
      description:
        'Takes over the shape (target, replicas, resources, env, strategy, components) of another environment that mirrors none. Own keys go over it; lists are replaced whole.',
      examples: ['production'],
    }).exactOptional(),
    differs: z
      .record(
        z
          .string()
          .meta(
            meta({ description: 'Dotted path of an own shape key, or `artifact`.', examples: ['replicas'] }),
          ),
        line({ description: 'The reason.', examples: ['cost'] }),
      )
      .meta(
        meta({
          description:
            'Why this environment is not like the one it mirrors: a reason for each own shape key. `artifact` is the reason for another kind of artifact.',
          examples: [{ replicas: 'cost' }],
          default: {},
        }),
      )
      .exactOptional(),
    replicas: wholeNumber(replicaRange, {
      description: 'How many of each component run.',
      examples: [2],
      default: defaults.replicas,
    }).exactOptional(),
    env: environmentVariables('Variables of all components, over their own.').exactOptional(),
    resources: resourcesSection('Limits of one replica of any component, over its own.').exactOptional(),
    strategy: oneOf(['blue-green'], {
      description: 'How users get from the old deployment to the new one.',
      examples: ['blue-green'],
      default: 'blue-green',
    }).exactOptional(),
    components: z
      .record(
        keyed({ description: 'Name of a component.', examples: ['agent'] }, namePattern),
        overrideSection,
      )
      .meta(
        meta({
          description: 'Values for single components.',
          examples: [{ agent: { replicas: 3 } }],
          default: {},
        }),
      )
      .exactOptional(),
    edge: edgeSection.exactOptional(),
    gates: list(
      name({ description: 'A suite, `performance`, `rollback-rehearsal` or `uat`.', examples: ['e2e'] }),
      {
        description:
          'What a release must pass here. Suites and `performance` run against the candidate in this order, before it takes traffic; `rollback-rehearsal` and `uat` come after the switch.',
        examples: [['e2e', 'performance', 'rollback-rehearsal', 'uat']],
        default: [],
      },
    ).exactOptional(),
    requires: list(
      oneOf(
        checklistItems.map(({ id }) => id),
        { description: 'An item of the deployment checklist.', examples: ['compliance-checks'] },
      ),
      {
        description:
          'Items of the checklist that must be done, or waived, right before users get a release here. An open one holds the run.',
        examples: [['testing', 'compliance-checks']],
        default: [],
      },
    ).exactOptional(),
    approval: approvalSection.exactOptional(),
    uat: uatSection.exactOptional(),
    watch: watchSection.exactOptional(),
    keepPrevious: duration({
      description: 'How long the former deployment stays warm after a switch; never shorter than the watch.',
      examples: ['1h'],
      defaultText: `\`${defaults.keepPreviousLast}\` on the last environment, else \`${defaults.keepPreviousElsewhere}\``,
    }).exactOptional(),
    users: oneOf(['internal', 'external'], {
      description: 'Who uses it. Where users are external, writing suites do not run.',
      examples: ['internal'],
      defaultText: '`external` on the last environment, else `internal`',
    }).exactOptional(),
  })
  .meta(meta({ description: 'A place, a shape and a policy.', examples: [example] }));

export type EnvironmentsSection = Readonly<Record<string, EnvironmentSection>>;

export const environmentsSection: z.ZodType<EnvironmentsSection> = z
  .record(
    keyed({ description: 'Name of the environment.', examples: ['production'] }, namePattern),
    environmentSection,
  )
  .meta(
    meta({
      description: 'Environments in the order of promotion. The last one serves end users.',
      examples: [{ production: example }],
    }),
  );
