import type { Diagram } from '../../core/document/document.ts';
import { htmlText } from '../html/text.ts';
import { layersOf } from './layers.ts';
import { arrowSvg, type Box, labelWidth, nodeSvg } from './shapes.ts';

const height = 50;
const between = { column: 76, row: 24 };
const margin = 8;

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly body: string;
}

/** Columns of boxes and the arrows between them. An arrow that is not encrypted is dashed. */
export function drawArchitecture({ nodes, arrows }: Diagram): Drawing {
  const boxes = new Map<string, Box>();
  const layers = layersOf({ nodes, arrows });
  const tallest = Math.max(...layers.map(({ length }) => length));
  const whole = tallest * height + (tallest - 1) * between.row;
  let x = margin;
  for (const layer of layers) {
    const width =
      Math.max(
        ...layer.map(({ label, detail }) => Math.max(labelWidth(label), labelWidth(detail ?? '') * 0.85)),
      ) + 28;
    const own = layer.length * height + (layer.length - 1) * between.row;
    for (const [at, { id }] of layer.entries()) {
      const y = margin + (whole - own) / 2 + at * (height + between.row);
      boxes.set(id, { x, y, width, height });
    }
    x += width + between.column;
  }
  const lines = arrows.flatMap(({ from, to, label, isEncrypted }) => {
    const [start, end] = [boxes.get(from), boxes.get(to)];
    if (start === undefined || end === undefined) return [];
    return [connect(start, end, { label, isEncrypted })];
  });
  const drawn = nodes.flatMap((node) => {
    const box = boxes.get(node.id);
    return box === undefined ? [] : [nodeSvg(node, box)];
  });
  return {
    width: x - between.column + margin,
    height: whole + 2 * margin,
    body: [...lines, ...drawn].join('\n'),
  };
}

function connect(
  start: Box,
  end: Box,
  { label, isEncrypted }: { readonly label: string | null; readonly isEncrypted: boolean },
): string {
  const from = [start.x + start.width, start.y + start.height / 2] as const;
  const to = [end.x, end.y + end.height / 2] as const;
  const arrow = arrowSvg(from, to, !isEncrypted);
  if (label === null) return arrow;
  const [x, y] = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2 - 5];
  return `${arrow}<text class="small halo" x="${x}" y="${y}" text-anchor="middle">${htmlText(label)}</text>`;
}
