import type { DraftComponent } from '../../questionnaire/draft/draft.ts';
import { columns } from '../output/columns.ts';
import type { Style } from '../output/style.ts';

/** The components of a draft: what each is, and how it is started. */
export function componentsText(
  components: readonly DraftComponent[],
  style: Style,
  width: number,
): readonly string[] {
  const rows = components.map((each) => [
    style.bold(each.name),
    each.role,
    [...traits(each), style.dim(each.run)].join(', '),
  ]);
  return columns(rows, { width });
}

function traits({ isPublic, port, ready, needs }: DraftComponent): readonly string[] {
  return [
    ...(isPublic ? ['public'] : []),
    ...(port === null ? ['takes no requests'] : []),
    ...(ready === null ? [] : [`ready at ${ready.value}`]),
    ...(needs.length === 0 ? [] : [`needs ${needs.join(' and ')}`]),
  ];
}
