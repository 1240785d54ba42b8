import { DeployerError } from '../../errors.ts';
import type { Context } from '../context.ts';
import type { Project } from '../project.ts';
import { documentFile, giveDocument, type Giving, whyItStays } from './give-document.ts';

/** What became of the document after its files were written. */
export interface DocumentAfter {
  /** Null: it has not been written. */
  readonly revision: number | null;
  /** Its file, relative to the folder of the integration, unless that is as it was. */
  readonly written: readonly string[];
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
      return {
        revision: null,
        written: [],
        says: 'The document follows when a server is told: deployer document --give',
      };
    }
    const { revision, isNew } = given.view;
    const which = `revision ${revision} of the document`;
    const what = isNew ? which : `the document says the same as before`;
    const isWritten = given.file === 'written';
    const stays = whyItStays(given.file);
    // The server may have seen the act and written the revision before it was asked for it.
    const says = isWritten ? `${documentFile}: ${which}` : what;
    return {
      revision,
      written: isWritten ? [documentFile] : [],
      says: stays === null ? says : `${says}. ${stays}`,
    };
  } catch (error) {
    if (!(error instanceof DeployerError)) throw error;
    return {
      revision: null,
      written: [],
      says: `The document was not written: ${error.message} ${error.hint}`,
    };
  }
}
