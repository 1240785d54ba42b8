import type { Diagram, DiagramNode } from '../../core/document/document.ts';
import { htmlText } from '../html/text.ts';
import type { Drawing } from './architecture.ts';
import { arrowSvg, labelWidth, nodeSvg } from './shapes.ts';

const width = 900;
const height = 34;
const gap = 26;
const lane = { left: 14, top: 34, bottom: 14, between: 12 };

/** A lane for what comes before any environment and one for each environment; its stages from left to right. */
export function drawPipeline({ nodes }: Diagram): Drawing {
  const lanes = [...Map.groupBy(nodes, ({ group }) => group ?? '')];
  const parts: string[] = [];
  let y = 0;
  for (const [name, stages] of lanes) {
    const rows = rowsOf(stages);
    const laneHeight = lane.top + rows.length * (height + 14) - 14 + lane.bottom;
    parts.push(`<rect class="lane" x="0" y="${y}" width="${width}" height="${laneHeight}" rx="8"/>`);
    parts.push(`<text x="${lane.left}" y="${y + 22}">${htmlText(name)}</text>`);
    for (const [at, row] of rows.entries()) {
      const rowY = y + lane.top + at * (height + 14);
      parts.push(rowSvg(row, rowY));
      // What goes on in the next row leaves this one at its end, and comes in at its beginning.
      if (at > 0) parts.push(levelArrow(lane.left, lane.left + gap, rowY));
      const end = row.at(-1);
      if (at < rows.length - 1 && end !== undefined)
        parts.push(levelArrow(end.x + end.width, end.x + end.width + gap, rowY));
    }
    y += laneHeight + lane.between;
  }
  return { width, height: y - lane.between, body: parts.join('\n') };
}

interface Placed {
  readonly node: DiagramNode;
  readonly x: number;
  readonly width: number;
}

function rowsOf(stages: readonly DiagramNode[]): readonly (readonly Placed[])[] {
  const rows: Placed[][] = [];
  let x = Infinity;
  for (const node of stages) {
    const own = labelWidth(node.label) + 26;
    if (x + own > width - lane.left - gap) {
      x = rows.length === 0 ? lane.left : lane.left + gap;
      rows.push([]);
    }
    rows.at(-1)?.push({ node, x, width: own });
    x += own + gap;
  }
  return rows;
}

function rowSvg(row: readonly Placed[], y: number): string {
  return row
    .map(({ node, x, width: own }, at) => {
      const before = row[at - 1];
      const arrow = before === undefined ? '' : levelArrow(before.x + before.width, x, y);
      return arrow + nodeSvg(node, { x, y, width: own, height });
    })
    .join('\n');
}

function levelArrow(fromX: number, toX: number, rowY: number): string {
  const y = rowY + height / 2;
  return arrowSvg([fromX, y], [toX, y], false);
}
