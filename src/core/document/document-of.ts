import type { DeploymentDocument } from './document.ts';
import { closingOf } from './closing.ts';
import type { Block } from './document.ts';
import type { DocumentFacts } from './facts.ts';
import { introductionOf } from './introduction.ts';
import { checklistSection } from './sections/checklist.ts';
import { configurationSection } from './sections/configuration.ts';
import { environmentsSection } from './sections/environments.ts';
import { infrastructureSection } from './sections/infrastructure.ts';
import { launchSection } from './sections/launch.ts';
import { pipelineSection } from './sections/pipeline.ts';
import { rollbackSection } from './sections/rollback.ts';
import { securitySection } from './sections/security.ts';
import { shownThroughout } from './shown-text.ts';
import { type SectionId, sections } from './statement.ts';

const writers: Readonly<Record<SectionId, (facts: DocumentFacts) => readonly Block[]>> = {
  environments: environmentsSection,
  pipeline: pipelineSection,
  infrastructure: infrastructureSection,
  configuration: configurationSection,
  rollback: rollbackSection,
  security: securitySection,
  launch: launchSection,
  checklist: checklistSection,
};

/** Writes the deployment document of an integration. The same facts give the same document. */
export function documentOf(facts: DocumentFacts): DeploymentDocument {
  const { key, emoji } = facts.definition;
  const written = sections.map(({ id, title }) => ({ id, title, blocks: writers[id](facts) }));
  return shownThroughout({
    v: 1,
    integration: key,
    title: `Code Deployment Document: ${emoji} ${key} Agent Integration`,
    introduction: introductionOf(facts),
    sections: written,
    closing: closingOf(facts, written),
  });
}
