import { surroundingsOf } from '../../questionnaire/findings/surroundings.ts';
import { repositoryAnswers } from '../../questionnaire/repository-answers.ts';
import type { FoundAnswer } from '../../questionnaire/settlement.ts';
import { listFolder } from '../init/list-folder.ts';

/**
 * What the folder of an integration says to questions. What is only likely is left to `init`, which proposes it: here
 * it would be said to hold, and `deployer.yaml` does not say so.
 */
export async function repositoryFindings(
  folder: string,
  signal: AbortSignal,
): Promise<readonly FoundAnswer[]> {
  const listing = await listFolder(folder, signal);
  const found = repositoryAnswers(surroundingsOf(listing, { branch: null }), new Date().toISOString());
  return found.filter(({ isSure, fits }) => isSure || fits !== undefined);
}
