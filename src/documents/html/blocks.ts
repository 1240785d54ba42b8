import type { Block, DocumentRow, DocumentTable } from '../../core/document/document.ts';
import type { Drift, Statement, StatementSource } from '../../core/document/statement.ts';
import { seenWords, sourceWords } from '../source-words.ts';
import { svg } from '../svg/svg.ts';
import { htmlText, htmlWords } from './text.ts';

/** Blocks of a document as HTML; `level` is that of their headings. */
export function htmlBlocks(blocks: readonly Block[], level: 2 | 3): string {
  return blocks.map((block) => htmlBlock(block, level)).join('\n');
}

function htmlBlock(block: Block, level: 2 | 3): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p>${htmlWords(block.text)}</p>`;
    case 'heading':
      return `<h${level}>${htmlText(block.text)}</h${level}>`;
    case 'notes':
      return `<ul>\n${block.items.map((item) => `<li>${htmlWords(item)}</li>`).join('\n')}\n</ul>`;
    case 'statements': {
      const list = block.isOrdered ? 'ol' : 'ul';
      return `<${list}>\n${block.statements.map(htmlStatement).join('\n')}\n</${list}>`;
    }
    case 'table':
      return htmlTable(block);
    case 'diagram':
      return `<figure>\n${svg(block.diagram)}\n<figcaption>${htmlText(block.diagram.description)}</figcaption>\n</figure>`;
  }
}

function htmlStatement({ text, source, drift }: Statement): string {
  return `<li>${htmlWords(text)} ${htmlSource(source)}${drift === null ? '' : htmlDrift(drift)}</li>`;
}

function htmlSource(source: StatementSource): string {
  return `<span class="from"><span class="kind ${source.kind}">${source.kind}</span>${htmlWords(sourceWords(source))}</span>`;
}

function htmlDrift(drift: Drift): string {
  return `<span class="drift"><b>Drift</b> ${htmlText(drift.observed)} (seen ${htmlWords(seenWords(drift))})</span>`;
}

function htmlTable({ caption, columns, rows }: DocumentTable): string {
  const head = [...columns, 'Known from']
    .map((column) => `<th scope="col">${htmlText(column)}</th>`)
    .join('');
  const body = rows.map((row) => htmlRow(row, columns.length)).join('\n');
  // What scrolls has to be reachable by keyboard.
  return `<div class="wide" tabindex="0" role="region" aria-label="${htmlText(caption)}"><table>
<caption>${htmlText(caption)}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body}
</tbody>
</table></div>`;
}

function htmlRow({ cells, source, drift }: DocumentRow, columns: number): string {
  const shown = Array.from({ length: columns }, (_, at) => htmlWords(cells[at] ?? []));
  const [first = '', ...others] = shown;
  const known = `${htmlSource(source)}${drift === null ? '' : htmlDrift(drift)}`;
  return `<tr><th scope="row">${first}</th>${[...others, known].map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}
