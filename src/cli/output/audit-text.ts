import type { AuditChainView, AuditView } from '../../api/views/audit.ts';
import { count } from '../../core/texts/figures.ts';
import { columns } from './columns.ts';
import { shortId } from './digest-text.ts';
import { hintText } from './error-text.ts';
import type { ListSettings } from './runs-text.ts';
import { momentText } from './time.ts';

export const brokenChainHint =
  'Somebody wrote into the database past Deployer. Compare with a backup: deployer restore --help';

export interface AuditSettings extends ListSettings {
  /** Whether entries of several integrations stand side by side. */
  readonly ofAll: boolean;
}

export function auditText(
  { entries, next, chain }: AuditView,
  { style, width, now, ofAll }: AuditSettings,
): string {
  const lines = columns(
    entries.map(({ at, action, subject, by, proven, integration, detail }) => [
      style.dim(momentText(at, now)),
      ...(ofAll ? [integration ?? '-'] : []),
      style.bold(action),
      inOneLine(by) + (proven ? '' : style.dim(' (claimed)')),
      shortId(inOneLine(subject)),
      style.dim(inOneLine(detailText(detail))),
    ]),
    { width },
  );
  return [
    ...(lines.length === 0 ? [style.dim('  Nothing yet.')] : lines),
    ...(next === null ? [] : [hintText(`deployer audit${ofAll ? ' --all' : ''} --after ${next}`, style)]),
    ...(chain === null ? [] : ['', chainText(chain, style)]),
  ].join('\n');
}

/** The reason, then what can be said in a word: `a fair; environment production`. `--json` has all of it. */
function detailText({ reason, ...others }: Readonly<Record<string, unknown>>): string {
  const facts = Object.entries(others).flatMap(([name, value]) => {
    if (typeof value === 'string') return [`${name} ${shortId(value)}`];
    return typeof value === 'number' ? [`${name} ${value}`] : [];
  });
  return [...(typeof reason === 'string' ? [reason] : []), facts.join(', ')].filter(Boolean).join('; ');
}

/** A line of its own must be an entry of its own. */
function inOneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}

function chainText(
  { entries, checked, head, broken, contains }: AuditChainView,
  style: ListSettings['style'],
): string {
  if (broken !== null)
    return `${style.bad('✗')} Not as it was written: ${broken}.\n${hintText(brokenChainHint, style)}`;
  if (contains === false) {
    return `${style.bad('✗')} No entry has that digest: what was audited until then is not all here.`;
  }
  const of = contains === true ? ', and the one with that digest is among them' : '';
  const whole =
    checked < entries
      ? `${style.good('✓')} ${count(entries, 'act')}, the newest ${checked} as they were written (all: deployer doctor)`
      : `${style.good('✓')} ${count(entries, 'act')}, each as it was written${of}`;
  return head === null ? whole : `${whole}\n  ${style.dim(head)}`;
}
