import type { FreezeView } from '../../api/views/freezes.ts';
import type { FrozenView } from '../../api/views/status.ts';
import { hintText } from './error-text.ts';
import type { Style } from './style.ts';
import { momentText } from './time.ts';

export function freezeText({ environment, frozen }: FreezeView, now: Date, style: Style): string {
  const sign = style.good('✓');
  if (frozen === null) return `${sign} ${style.bold(environment)} takes releases again`;
  return [
    `${sign} ${style.bold(environment)} is ${frozenText(frozen, now)}`,
    `  ${style.dim('What is on its way there finishes; rollbacks pass.')}`,
    hintText(`deployer unfreeze ${environment}`, style),
  ].join('\n');
}

/** `frozen until 24 Dec 18:00 by ops@example.com: year end` */
export function frozenText({ until, by, reason }: FrozenView, now: Date): string {
  return `frozen${until === null ? '' : ` until ${momentText(until, now)}`} by ${by}: ${reason}`;
}
