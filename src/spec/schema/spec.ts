import { z } from 'zod';
import { agentSection, type AgentSection } from './agent.ts';
import { buildSection, type BuildSection } from './build.ts';
import { componentsSection, type ComponentsSection } from './components.ts';
import { complianceSection, type ComplianceSection } from './compliance.ts';
import { documentationSection, type DocumentationSection } from './documentation.ts';
import { environmentsSection, type EnvironmentsSection } from './environments.ts';
import { integrationSection, type IntegrationSection } from './integration.ts';
import { migrationsSection, type MigrationsSection } from './migrations.ts';
import { monitoringSection, type MonitoringSection } from './monitoring.ts';
import { runtimesSection, type RuntimesSection } from './runtimes.ts';
import { testsSection, type TestsSection } from './tests.ts';
import { triggerSection, type TriggerSection } from './trigger.ts';
import { list, meta } from './field.ts';
import { outsideGlob } from './texts.ts';

/** A `deployer.yaml` that matches the schema: as written, without defaults. */
export interface Spec {
  readonly deployer: 1;
  readonly integration: IntegrationSection;
  readonly also?: readonly string[];
  readonly trigger?: TriggerSection;
  readonly runtimes?: RuntimesSection;
  readonly components: ComponentsSection;
  readonly agent?: AgentSection;
  readonly migrations?: MigrationsSection;
  readonly build?: BuildSection;
  readonly tests?: TestsSection;
  readonly environments: EnvironmentsSection;
  readonly monitoring?: MonitoringSection;
  readonly documentation?: DocumentationSection;
  readonly compliance?: ComplianceSection;
}

export const spec: z.ZodType<Spec> = z
  .strictObject({
    deployer: z.literal(1).meta(meta({ description: 'Version of this format.', examples: [1] })),
    integration: integrationSection,
    also: list(outsideGlob({ description: 'A glob; it may begin with `../`.', examples: ['../shared/**'] }), {
      description: 'Sources outside the folder of this file that belong to the integration.',
      examples: [['../shared/**']],
      default: [],
    }).exactOptional(),
    trigger: triggerSection.exactOptional(),
    runtimes: runtimesSection.exactOptional(),
    components: componentsSection,
    agent: agentSection.exactOptional(),
    migrations: migrationsSection.exactOptional(),
    build: buildSection.exactOptional(),
    tests: testsSection.exactOptional(),
    environments: environmentsSection,
    monitoring: monitoringSection.exactOptional(),
    documentation: documentationSection.exactOptional(),
    compliance: complianceSection.exactOptional(),
  })
  .meta(meta({ description: 'Defines an agent integration: its parts, tests and environments.' }));
