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
    for (const [at, row] of rows.entries()) parts.push(rowSvg(row, y + lane.top + at * (height + 14)));
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
    if (x + own > width - lane.left) {
      rows.push([]);
      x = lane.left;
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
      const arrow =
        before === undefined
          ? ''
          : arrowSvg([before.x + before.width, y + height / 2], [x, y + height / 2], false);
      return arrow + nodeSvg(node, { x, y, width: own, height });
    })
    .join('\n');
}
