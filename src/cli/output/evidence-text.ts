import type { EvidenceListView, EvidenceView } from '../../api/views/checklist.ts';
import { columns } from './columns.ts';
import { shortId } from './digest-text.ts';
import { hintText } from './error-text.ts';
import type { ListSettings } from './runs-text.ts';
import { ageOf } from './time.ts';

export function evidenceListText(
  { release, version, evidence, next }: EvidenceListView,
  { style, width, now }: ListSettings,
): string {
  if (release === null || version === null) {
    return `${style.dim('Nothing was released yet.')}\n${hintText('deployer ship', style)}`;
  }
  const rows = evidence.map(({ digest, kind, environment, run, stage, at, says }) => [
    style.command(shortId(digest)),
    kind === 'stage' ? style.bold(stage ?? kind) : kind,
    environment ?? style.dim('before'),
    style.dim(run ?? 'looked at'),
    style.dim(ageOf(at, now)),
    says ?? '',
  ]);
  return [
    `${style.bold(version)}  ${style.dim(release)}`,
    '',
    ...(rows.length === 0 ? [style.dim('No evidence yet.')] : columns(rows, { width })),
    ...(next === null ? [] : [hintText(`deployer evidence ${version} --after ${next}`, style)]),
    ...(rows.length === 0 ? [] : ['', hintText('deployer evidence <digest>   shows what was seen', style)]),
  ].join('\n');
}

/** One piece of evidence, with its body as it was stored. */
export function evidenceText(view: EvidenceView, { style, now }: ListSettings): string {
  const { digest, kind, environment, deployment, run, stage, release, at, body } = view;
  const facts: readonly (readonly [string, string | null])[] = [
    ['kind', kind],
    ['environment', environment],
    ['deployment', deployment],
    ['run', run],
    ['stage', stage],
    ['release', release],
    ['at', `${at} (${ageOf(at, now)})`],
  ];
  const known = facts.flatMap(([name, value]) => (value === null ? [] : [[style.dim(name), value]]));
  return [style.bold(digest), ...columns(known), '', JSON.stringify(body, null, 2)].join('\n');
}
