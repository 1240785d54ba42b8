import { itemsOf } from '../draft.ts';
import { valueError, type Fault, type Path } from '../fault.ts';

/** An error for each item that stands in the list before, read without regard to case. */
export function namedTwice(list: readonly (string | undefined)[] | undefined, at: Path): readonly Fault[] {
  const seen = new Set<string>();
  return itemsOf(list).flatMap(([index, item]) => {
    const isNew = !seen.has(item.toLowerCase());
    seen.add(item.toLowerCase());
    if (isNew) return [];
    return [
      valueError([...at, index], { message: `\`${item}\` is named twice.`, hint: 'Remove one of the two.' }),
    ];
  });
}
