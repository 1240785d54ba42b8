import type { Question } from '../question.ts';
import { checklistQuestions } from './checklist.ts';
import { configurationQuestions } from './configuration.ts';
import { environmentQuestions } from './environments.ts';
import { infrastructureQuestions } from './infrastructure.ts';
import { launchQuestions } from './launch.ts';
import { pipelineQuestions } from './pipeline.ts';
import { rollbackQuestions } from './rollback.ts';
import { securityQuestions } from './security.ts';

/** The questionnaire, in the order of the document's sections. */
export const builtInQuestions: readonly Question[] = [
  ...environmentQuestions,
  ...pipelineQuestions,
  ...infrastructureQuestions,
  ...configurationQuestions,
  ...rollbackQuestions,
  ...securityQuestions,
  ...launchQuestions,
  ...checklistQuestions,
];
