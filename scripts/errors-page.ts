import { errorCatalogue, type ErrorCode } from '../src/errors.ts';
import { errorRemedies } from './error-remedies.ts';

const exits: Readonly<Record<number, string>> = {
  1: 'The operation failed or was refused',
  2: 'Wrong usage or configuration',
  4: 'Not allowed',
  70: 'A bug in Deployer',
};

const codes = Object.keys(errorCatalogue) as readonly ErrorCode[];

/** Codes that existed once. They are never used again. */
export const retiredCodes: readonly string[] = [];

/** The page that explains every error code, grouped by exit code. */
export function errorsPage(): string {
  const groups = Object.entries(exits).map(([exit, title]) => {
    const rows = codes
      .filter((code) => errorCatalogue[code].exit === Number(exit))
      .map((code) => row(code, errorCatalogue[code]));
    const head = '| code | HTTP | meaning | what to do |\n| --- | --- | --- | --- |';
    return `## Exit ${exit}: ${title.toLowerCase()}\n\n${head}\n${rows.join('\n')}\n`;
  });
  const retired =
    retiredCodes.length === 0 ? 'None yet.' : retiredCodes.map((code) => `- \`${code}\``).join('\n');
  return `# Errors

Every error has a code that does not change, a sentence that says what is wrong, and a hint: the next thing to type. With
\`--json\` the last line is \`{"type":"error","error":{"code":…,"message":…,"hint":…}}\`. Exit 3 (waiting for a person),
5 (undecided) and 130 (detached) are no errors.

This page is written by \`node scripts/errors-docs.ts\` from the catalogue in \`src/errors.ts\`.

${groups.join('\n')}
## Retired codes

${retired}
`;
}

function row(
  code: ErrorCode,
  { status, meaning }: { readonly status: number; readonly meaning: string },
): string {
  return `| \`${code}\` | ${status} | ${meaning} | ${errorRemedies[code]} |`;
}
