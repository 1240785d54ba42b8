import type { Diagram, DiagramNode } from '../core/document/document.ts';
import { shownText } from '../core/document/shown-text.ts';

/** A diagram as a Mermaid flowchart, which Git hosts draw; where none is drawn, its text can be read. */
export function mermaid({ nodes, arrows }: Diagram): string {
  const groups = [...new Set(nodes.map(({ group }) => group))];
  return [
    'flowchart LR',
    ...groups.flatMap((group, at) => {
      const own = nodes.filter((node) => node.group === group).map(shape);
      if (group === null) return own.map((line) => `  ${line}`);
      return [`  subgraph g${at}["${label(group)}"]`, ...own.map((line) => `    ${line}`), '  end'];
    }),
    ...arrows.map(({ from, to, label: text, isEncrypted }) => {
      const line = isEncrypted ? '-->' : '-.->';
      return `  ${from} ${line}${text === null ? '' : `|"${label(text)}"|`} ${to}`;
    }),
  ].join('\n');
}

function shape({ id, label: text, detail, kind }: DiagramNode): string {
  const inside = `"${label(text)}${detail === null ? '' : `<br/>${label(detail)}`}"`;
  switch (kind) {
    case 'people':
      return `${id}([${inside}])`;
    case 'edge':
      return `${id}{{${inside}}}`;
    case 'resident':
      return `${id}[(${inside})]`;
    case 'gate':
      return `${id}{{${inside}}}`;
    case 'decision':
      return `${id}([${inside}])`;
    case 'component':
    case 'stage':
      return `${id}[${inside}]`;
  }
}

/** Only letters, digits and what is harmless between quotes; the rest as Mermaid's character codes. */
function label(text: string): string {
  return shownText(text).replaceAll(
    /[^\p{L}\p{N}\p{Extended_Pictographic} .,/:()-]/gu,
    (character) => `#${character.codePointAt(0) ?? 0};`,
  );
}
