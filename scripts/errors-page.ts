import { errorCatalogue } from '../src/errors.ts';

const exits: Readonly<Record<number, string>> = {
  1: 'The operation failed or was refused',
  2: 'Wrong usage or configuration',
  4: 'Not allowed',
  70: 'A bug in Deployer',
};

/** Codes that existed once. They are never used again. */
export const retiredCodes: readonly string[] = [];

/** The page that explains every error code, grouped by exit code. */
export function errorsPage(): string {
  const groups = Object.entries(exits).map(([exit, title]) => {
    const rows = Object.entries(errorCatalogue)
      .filter(([, entry]) => entry.exit === Number(exit))
      .map(([code, { status, meaning }]) => `| \`${code}\` | ${status} | ${meaning} |`);
    return `## Exit ${exit}: ${title.toLowerCase()}\n\n| code | HTTP | meaning |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
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
