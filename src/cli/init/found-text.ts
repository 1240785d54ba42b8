import {
  type Finding,
  findingKinds,
  placeText,
  type Sureness,
} from '../../questionnaire/findings/finding.ts';
import { columns } from '../output/columns.ts';
import type { Style } from '../output/style.ts';

/** More of one kind are counted: in a large repository the list would bury what matters. */
const mostOfKind = 12;

/** What was found, by kind: what, where, and how sure where that is not certain. */
export function foundText(findings: readonly Finding[], style: Style, width: number): readonly string[] {
  const rows = findingKinds.flatMap((kind) => {
    const all = findings.filter((finding) => finding.kind === kind);
    const shown = all
      .slice(0, mostOfKind)
      .map((finding, index) => row(index === 0 ? kind : '', finding, style));
    const more = all.length - shown.length;
    return more > 0 ? [...shown, ['', '', style.dim(`and ${more} more`)]] : shown;
  });
  return columns(rows, { width });
}

function row(kind: string, { what, at, sure }: Finding, style: Style): readonly string[] {
  return [kind, style.dim(placeText(at)), quoted(what, style) + style.dim(doubts[sure])];
}

const doubts: Readonly<Record<Sureness, string>> = { certain: '', likely: ', likely', guess: ', a guess' };

/** What stands in backquotes is a name or a command. */
function quoted(text: string, style: Style): string {
  return text.replaceAll(/`([^`]*)`/g, (_, name: string) => style.bold(name));
}
