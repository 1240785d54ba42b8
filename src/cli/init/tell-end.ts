import { count } from '../../core/texts/figures.ts';
import { placeText } from '../../questionnaire/findings/finding.ts';
import type { Context } from '../context.ts';
import { conflictsText } from '../output/questions-text.ts';
import { repositoryRoot } from '../project.ts';
import type { DocumentAfter } from '../run/document-after.ts';
import { nextText } from './init-text.ts';
import type { Look } from './look.ts';
import { nextCommands } from './next-commands.ts';
import type { InitPlan } from './plan.ts';
import { type ReplacedFile, replacedIn } from './replaced-files.ts';

export interface InitEnd {
  /** Folder in which the command was typed. */
  readonly typedIn: string;
  readonly look: Look;
  readonly plan: InitPlan;
  /** Paths relative to the folder. */
  readonly written: readonly string[];
  /** Null: none was asked for. */
  readonly document: DocumentAfter | null;
}

/** What was written, what contradicts what, and what to type next. */
export async function tellEnd(context: Context, end: InitEnd): Promise<void> {
  const { typedIn, plan, written, document } = end;
  const { cwd: folder, isJson, terminal } = context;
  const { out } = terminal;
  const next = nextCommands({
    folder,
    cwd: typedIn,
    isRepository: (await repositoryRoot(folder)) !== null,
    paths: written,
    secrets: plan.secrets,
    open: plan.open,
  });
  if (isJson) {
    const changes = replacedIn(plan.changes, folder);
    out.line(JSON.stringify(reportOf({ ...end, changes, next: next.map(([command]) => command) })));
    return;
  }
  const view = { style: out.style, width: out.columns };
  if (plan.conflicts.length > 0) out.line(`${conflictsText(plan.conflicts, view)}\n`);
  if (written.length > 0) out.line(`${out.style.good('✓')} ${count(written.length, 'file')} written`);
  if (document !== null) out.line(out.style.dim(`  ${document.says}`));
  if (written.length > 0) out.line('');
  out.line(nextText(next, view));
}

interface Told extends Pick<InitEnd, 'look' | 'plan' | 'written' | 'document'> {
  readonly changes: readonly ReplacedFile[];
  readonly next: readonly string[];
}

/** `init --json` */
function reportOf({ look, plan, written, changes, document, next }: Told): object {
  const { findings, draft } = look;
  return {
    written,
    changes,
    revision: document?.revision ?? null,
    findings: findings.map(({ kind, what, at, sure }) => ({ kind, what, where: placeText(at), sure })),
    components: draft.components.map(({ name, role, path, run, isPublic, remarks }) => ({
      name,
      role,
      path,
      run,
      public: isPublic,
      remarks,
    })),
    leftOut: draft.leftOut,
    secrets: plan.secrets,
    conflicts: plan.conflicts,
    open: plan.open,
    next,
  };
}
