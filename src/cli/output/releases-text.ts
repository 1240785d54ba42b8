import type { HoldView } from '../../api/views/holds.ts';
import type { ReleasesView } from '../../api/views/releases.ts';
import { holdReason, onHold } from '../../core/order/hold.ts';
import { columns } from './columns.ts';
import { shortId } from './digest-text.ts';
import { hintText } from './error-text.ts';
import type { ListSettings } from './runs-text.ts';
import { ageOf } from './time.ts';

export function releasesText({ releases, next }: ReleasesView, { style, width, now }: ListSettings): string {
  if (releases.length === 0) return `${style.dim('No release yet.')}\n${hintText('deployer ship', style)}`;
  const lines = columns(
    releases.map(({ version, release, commit, createdAt, environments, holds, prunedAt }) => [
      style.bold(version),
      style.dim(shortId(release)),
      style.dim(shortId(commit)),
      style.dim(ageOf(createdAt, now)),
      [
        ...(environments.length === 0 ? [] : [style.good(`live in ${environments.join(', ')}`)]),
        ...holds.map((hold) => style.attention(holdText(hold))),
        ...(prunedAt === null ? [] : [style.dim('pruned')]),
      ].join('  '),
    ]),
    { width },
  );
  return [...lines, ...(next === null ? [] : [hintText(`deployer releases --after ${next}`, style)])].join(
    '\n',
  );
}

/** `on hold in production: errors after the switch (by ops@example.com)` */
export function holdText({ environment, reason, by }: HoldView): string {
  return `${onHold({ environment })}: ${holdReason({ reason, identity: by })}`;
}
