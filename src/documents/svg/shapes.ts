import type { DiagramNode } from '../../core/document/document.ts';
import { htmlText } from '../html/text.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Of a letter of 13 px, on average; a text that is wider all the same is squeezed into its box. */
const letterWidth = 7.2;
const mostLetters = 26;

export function labelWidth(text: string): number {
  return Math.min(lettersOf(text).length, mostLetters) * letterWidth;
}

/** As people count them: an emoji is one, whatever it is made of. */
function lettersOf(text: string): readonly string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

const segmenter = new Intl.Segmenter('en');

function shortened(text: string): string {
  const letters = lettersOf(text);
  return letters.length <= mostLetters ? text : `${letters.slice(0, mostLetters - 1).join('')}…`;
}

/** A node as its box with its label, and its detail below. */
export function nodeSvg({ label, detail, kind }: DiagramNode, { x, y, width, height }: Box): string {
  const round = kind === 'people' || kind === 'decision' ? height / 2 : kind === 'resident' ? 14 : 6;
  const look = kind === 'gate' ? 'gate' : kind === 'decision' ? 'decision' : 'box';
  const middle = x + width / 2;
  const labelY = detail === null ? y + height / 2 + 4.5 : y + height / 2 - 3;
  const rect = `<rect class="${look}" x="${x}" y="${y}" width="${width}" height="${height}" rx="${round}"/>`;
  const lines = [line(label, { x: middle, y: labelY, look: '' })];
  if (detail !== null) lines.push(line(detail, { x: middle, y: labelY + 16, look: ' class="small"' }));
  return rect + lines.join('');
}

function line(
  text: string,
  { x, y, look }: { readonly x: number; readonly y: number; readonly look: string },
): string {
  return `<text x="${x}" y="${y}" text-anchor="middle"${look}>${htmlText(shortened(text))}</text>`;
}

/** An arrow from a point to another, bent so that it leaves and arrives level. */
export function arrowSvg(
  [fromX, fromY]: readonly [number, number],
  [toX, toY]: readonly [number, number],
  isPlain: boolean,
): string {
  const bend = Math.max(24, Math.abs(toX - fromX) / 2);
  const path = `M${fromX} ${fromY}C${fromX + bend} ${fromY} ${toX - bend - 6} ${toY} ${toX - 6} ${toY}`;
  const tip = `M${toX} ${toY}l-8 -4v8z`;
  return `<path class="arrow${isPlain ? ' plain' : ''}" d="${path}"/><path class="tip" d="${tip}"/>`;
}
