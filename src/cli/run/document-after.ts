import { DeployerError } from '../../errors.ts';
import type { Context } from '../context.ts';
import type { Project } from '../project.ts';
import { documentFile, giveDocument, type Giving } from './give-document.ts';

/** What became of the document after its files were written. */
export interface DocumentAfter {
  /** Null: it has not been written. */
  readonly revision: number | null;
  /** For people: what was written, or why nothing was and what to type. */
  readonly says: string;
}

/** Brings the document up to the files that were just written. They stay as they are, whatever becomes of it. */
export async function documentAfter(
  context: Context,
  project: Project,
  giving: Giving,
): Promise<DocumentAfter> {
  try {
    const given = await giveDocument(context, project, giving);
    if (given === null) {
      return { revision: null, says: 'The document follows when a server is told: deployer document --give' };
    }
    const { revision, isNew } = given.view;
    const what = isNew ? `revision ${revision} of the document` : `the document says the same as before`;
    return { revision, says: given.isChanged ? `${documentFile}: ${what}` : what };
  } catch (error) {
    if (!(error instanceof DeployerError)) throw error;
    return { revision: null, says: `The document was not written: ${error.message} ${error.hint}` };
  }
}
