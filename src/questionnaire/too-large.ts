import type { Problem } from '../core/definition/problem.ts';

/** Of a text that is longer than anybody would have written it, so that it is not read; null: it is not. */
export function tooLarge(text: string, file: string, maxKiB: number): Problem | null {
  if (Buffer.byteLength(text) <= maxKiB * 1024) return null;
  const most = maxKiB < 1024 ? `${maxKiB} KiB` : `${maxKiB / 1024} MiB`;
  return {
    file,
    line: 1,
    column: 1,
    path: '',
    message: `The file is larger than ${most}; nothing of it was read.`,
    hint: 'Remove what does not belong in it.',
    severity: 'error',
  };
}
