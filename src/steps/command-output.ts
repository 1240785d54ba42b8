import type { StepContext } from '../core/pipeline/step.ts';

/** What a runaway command may put into a run's log. Its last lines are in the evidence in any case. */
const maxLines = 20_000;

/** Passes a command's lines on to the run's log, `gateway | ` before each when a prefix is given. */
export function commandOutput(
  context: Pick<StepContext, 'log'>,
  prefix: string | null = null,
): (line: string, stream: 'stdout' | 'stderr') => void {
  const head = prefix === null ? '' : `${prefix} | `;
  let lines = 0;
  return (line, stream) => {
    lines += 1;
    if (lines <= maxLines) context.log(`${head}${line}`, stream);
    else if (lines === maxLines + 1)
      context.log(`${head}more than ${maxLines} lines: the rest is not kept`, 'note');
  };
}
