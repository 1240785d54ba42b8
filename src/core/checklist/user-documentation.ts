import { count } from '../texts/figures.ts';
import type { DocumentationDefinition } from '../definition/integration.ts';
import { cellOf, donePart, type Part, part } from './cell.ts';
import type { Cell } from './checklist.ts';
import type { CellFacts, SeenDocumentation } from './facts.ts';
import { answering } from './file-remedy.ts';

/** The documents that are named, by what is in force or by the commit, as they stand at the commit of the release. */
export function userDocumentation({ definition, environment, documentation, goOn }: CellFacts): Cell {
  const asked = environment.policy.documentation ?? definition.documentation;
  if (asked === undefined) {
    const next = answering('checklist.documentation', '<files>');
    return cellOf([part('documents', 'undecided', 'deployer.yaml names no documentation', { next })], '');
  }
  if (documentation === null) {
    return cellOf([part('documents', 'pending', 'nothing was released yet', { next: goOn })], '');
  }
  const { files, unread } = documentation.finding;
  if (unread !== null) {
    const seen = { at: documentation.at, evidence: [documentation.evidence], next: goOn };
    return cellOf([part('documents', 'undecided', unread, seen)], '');
  }
  const globs = documentation.finding.globs ?? definition.documentation;
  const parts = [
    ...unseenParts(asked, globs),
    filesPart(documentation, asked),
    linksPart(documentation),
    freshPart(documentation),
  ];
  return cellOf(
    parts,
    `${count(files.length, 'document')}, with links that resolve, kept up with the interface`,
  );
}

/** What has become live since the release was packaged may ask for more than was looked at. */
function unseenParts(
  asked: DocumentationDefinition,
  looked: DocumentationDefinition | undefined,
): readonly Part[] {
  const unseen = [
    ...asked.files.filter((glob) => looked?.files.includes(glob) !== true),
    ...asked.interface.filter((glob) => looked?.interface.includes(glob) !== true),
  ];
  if (unseen.length === 0) return [];
  const reason = `${unseen.join(', ')} is asked for since, and was not looked at: ship the release again`;
  return [part('documents', 'undecided', reason)];
}

function filesPart(
  { finding: { files, missing: absent }, at, evidence }: SeenDocumentation,
  asked: DocumentationDefinition,
): Part {
  const seen = { at, evidence: [evidence] };
  const missing = absent.filter((glob) => asked.files.includes(glob));
  return missing.length > 0
    ? part('documents', 'failed', `no file matches ${missing.join(', ')}`, seen)
    : donePart('documents', `${count(files.length, 'document')} at the commit`, seen);
}

const mostNamed = 3;

function linksPart({ finding: { brokenLinks, files }, at, evidence }: SeenDocumentation): Part {
  const seen = { at, evidence: [evidence] };
  if (files.length === 0) return part('links', 'undecided', 'there is no document with links', seen);
  if (brokenLinks.length === 0) return donePart('links', 'every relative link resolves', seen);
  const named = brokenLinks.slice(0, mostNamed).map(({ file, link }) => `${link} in ${file}`);
  const more = brokenLinks.length > mostNamed ? ` and ${brokenLinks.length - mostNamed} more` : '';
  return part('links', 'failed', `links lead nowhere: ${named.join(', ')}${more}`, seen);
}

/** Nobody can tell from commits whether a change had to be written about, so this asks and does not fail. */
function freshPart({ finding: { interface: found }, at, evidence }: SeenDocumentation): Part {
  const seen = { at, evidence: [evidence] };
  if (found === null) return part('interface', 'not-applicable', '`documentation.interface` names nothing');
  if (found.changedIn === null) {
    const next = answering('checklist.interface', '<files>');
    return part('interface', 'undecided', '`documentation.interface` matches no file', { ...seen, next });
  }
  if (found.isDocumented) return donePart('interface', 'changed with, or after, the interface', seen);
  const reason = `the interface changed in ${found.changedIn.slice(0, 7)}, the documents have not since`;
  return part('interface', 'undecided', reason, seen);
}
