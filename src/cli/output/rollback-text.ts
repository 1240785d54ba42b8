import type { RollbackView } from '../../api/views/rollback.ts';
import { substitutionText } from '../../core/secrets/secrets.ts';
import { columns } from './columns.ts';
import { shortId } from './digest-text.ts';
import { hintText } from './error-text.ts';
import type { Style } from './style.ts';

/** Where traffic goes now, how long that took, and what is exactly as it was. */
export function rollbackText(view: RollbackView, style: Style): string {
  const { environment, from, to, held, switchMs, workersMs, restored } = view;
  const workers = workersMs > 0 ? `, workers handed over in ${Math.round(workersMs)} ms` : '';
  return [
    `${style.good('✓')} ${style.bold(environment)} is back on ${style.bold(to)} ${style.dim(`in ${Math.round(switchMs)} ms${workers}`)}`,
    ...columns([
      [style.dim('release'), shortId(restored.release)],
      [style.dim('configuration'), shortId(restored.configuration)],
      ...restored.substituted.map((each) => [
        style.dim('secret'),
        style.attention(substitutionText(each).replace(/^secret /, '')),
      ]),
      ...(from === null ? [] : [[style.dim('left'), `${from}${style.dim(', its release is on hold here')}`]]),
    ]),
    hintText('deployer status', style),
    ...(held === null
      ? []
      : [
          hintText(
            `deployer unhold ${shortId(held)} --environment ${environment} --reason <text>   (if nothing is wrong with it)`,
            style,
          ),
        ]),
  ].join('\n');
}
