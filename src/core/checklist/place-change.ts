/**
 * What became of an environment while it was looked at, and since. `under-way`: a change has it, or had it then;
 * `moved`: another table was decided than the one that was looked for.
 */
export type PlaceChange = 'none' | 'under-way' | 'moved';

/** @param now the environment as it is stored after the look */
export function changeOf(
  { isHeld, decidedGeneration }: { readonly isHeld: boolean; readonly decidedGeneration: number },
  now: { readonly holder: string | null; readonly generation: number },
): PlaceChange {
  if (decidedGeneration !== now.generation) return 'moved';
  return isHeld || now.holder !== null ? 'under-way' : 'none';
}

/**
 * Whether what was seen can contradict what was decided. A change moves what is decided and what runs, one after the
 * other; a run that is judged right before its switch is that change itself.
 */
export function canContradict(
  { change }: { readonly change: PlaceChange },
  { judges }: { readonly judges: 'now' | 'before-switch' },
): boolean {
  return change === 'none' || (change === 'under-way' && judges === 'before-switch');
}
