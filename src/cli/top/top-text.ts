import { count } from '../../core/texts/figures.ts';
import type { Style } from '../output/style.ts';
import { clip, padEnd, padStart, widthOf } from '../output/width.ts';
import type { TopFigure } from './top-figures.ts';

export interface TopSettings {
  readonly style: Style;
  readonly width: number;
  /** Lines that there is room for; null: as many as there are. */
  readonly height: number | null;
  readonly now: Date;
}

interface Column {
  readonly title: string;
  readonly side: 'left' | 'right';
  /** The smallest number leaves first when there is no room. */
  readonly worth: number;
  readonly text: (figure: TopFigure) => string;
  readonly paint?: (figure: TopFigure, style: Style) => (text: string) => string;
}

const unknown = '–';
const same = (text: string): string => text;

const table: readonly Column[] = [
  { title: 'INTEGRATION', side: 'left', worth: 90, text: ({ integration }) => integration },
  {
    title: 'DEPLOYMENT',
    side: 'left',
    worth: 100,
    text: ({ deployment }) => deployment,
    paint: ({ stable, firing }, style) => (firing.length > 0 ? style.bad : stable ? style.bold : same),
  },
  { title: 'VERSION', side: 'left', worth: 20, text: ({ version }) => version },
  {
    title: 'STATE',
    side: 'left',
    worth: 80,
    text: ({ state, stable }) => (stable ? 'live' : state),
    paint: ({ stable }, style) => (stable ? style.good : style.dim),
  },
  { title: 'SHARE', side: 'right', worth: 40, text: ({ share }) => `${Math.round(share * 100)}%` },
  { title: 'REQ/S', side: 'right', worth: 75, text: ({ requestsPerSecond: rate }) => rateText(rate) },
  {
    title: 'ERR',
    side: 'right',
    worth: 74,
    text: ({ errorRate }) => (errorRate === null ? unknown : `${shareText(errorRate * 100)}%`),
    paint: ({ errorRate }, style) => ((errorRate ?? 0) > 0 ? style.bad : same),
  },
  { title: 'P50 ms', side: 'right', worth: 50, text: ({ p50Ms }) => msText(p50Ms) },
  { title: 'P95 ms', side: 'right', worth: 70, text: ({ p95Ms }) => msText(p95Ms) },
  { title: 'OPEN', side: 'right', worth: 30, text: ({ open }) => (open === null ? unknown : String(open)) },
  {
    title: 'CPU',
    side: 'right',
    worth: 65,
    text: ({ cpuCores }) => (cpuCores === null ? unknown : `${shareText(cpuCores * 100)}%`),
  },
  { title: 'MEM', side: 'right', worth: 64, text: ({ memoryBytes }) => memoryText(memoryBytes) },
  {
    title: 'UP',
    side: 'right',
    worth: 45,
    text: ({ replicas }) => (replicas === null ? unknown : `${replicas.ready}/${replicas.all}`),
    paint: ({ replicas }, style) =>
      replicas !== null && replicas.ready < replicas.all ? style.attention : same,
  },
  {
    title: 'RST',
    side: 'right',
    worth: 60,
    text: ({ restarts }) => (restarts === null ? unknown : String(restarts)),
    paint: ({ restarts }, style) => ((restarts ?? 0) > 0 ? style.attention : same),
  },
];

/** A table that fits the terminal: columns that are worth less leave first. Below it what fires. */
export function topText(figures: readonly TopFigure[], settings: TopSettings): string {
  const { style, width, height } = settings;
  if (figures.length === 0) return 'Nothing is deployed.';
  const notes = notesOf(figures, settings);
  // Beside the rows there are titles, an empty line and the notes; and a line for what there is no room for.
  const room = height === null ? Infinity : height - notes.length - 2;
  const shown = figures.length <= room ? figures : figures.slice(0, Math.max(1, room - 1));
  const left = figures.length - shown.length;
  const columns = fitting(shown, width);
  const lines = [
    style.dim(lineOf(columns, (column) => column.title)),
    ...shown.map((figure) =>
      lineOf(
        columns,
        (column) => column.text(figure),
        (column) => column.paint?.(figure, style) ?? same,
      ),
    ),
    ...(left === 0 ? [] : [style.dim(`… and ${left} more: deployer top --integration <key>`)]),
  ];
  return [...lines, '', ...notes].join('\n');
}

interface Fitted extends Column {
  readonly width: number;
}

const gap = 2;

function fitting(figures: readonly TopFigure[], width: number): readonly Fitted[] {
  let columns = table.map((column) => ({
    ...column,
    width: Math.max(widthOf(column.title), ...figures.map((figure) => widthOf(column.text(figure)))),
  }));
  const total = (): number => columns.reduce((sum, column) => sum + column.width + gap, -gap);
  while (total() > width && columns.length > 2) {
    const least = Math.min(...columns.map(({ worth }) => worth));
    // The names of integrations may be cut before what is measured leaves.
    const over = total() - width;
    const name = columns.find(({ title }) => title === 'INTEGRATION');
    if (least >= 60 && name !== undefined && name.width - over >= 8) {
      columns = columns.map((column) =>
        column === name ? { ...column, width: column.width - over } : column,
      );
      break;
    }
    columns = columns.filter(({ worth }) => worth !== least);
  }
  return columns;
}

function lineOf(
  columns: readonly Fitted[],
  textOf: (column: Column) => string,
  paintOf: (column: Column) => (text: string) => string = () => same,
): string {
  return columns
    .map((column) => {
      const cell = clip(textOf(column), column.width);
      const padded = column.side === 'left' ? padEnd(cell, column.width) : padStart(cell, column.width);
      return paintOf(column)(padded);
    })
    .join(' '.repeat(gap))
    .trimEnd();
}

function notesOf(figures: readonly TopFigure[], { style, width, now }: TopSettings): readonly string[] {
  const places = new Set(figures.map(({ integration }) => integration)).size;
  const time = now.toTimeString().slice(0, 8);
  const sum = `${time}  ${count(figures.length, 'deployment')} of ${count(places, 'integration')}`;
  const firing = figures.filter((figure) => figure.firing.length > 0);
  return [
    style.dim(clip(sum, width)),
    ...firing.map(({ integration, environment, firing: metrics }) =>
      style.bad(clip(`✗ ${integration}/${environment}: ${metrics.join(', ')} alert`, width)),
    ),
  ];
}

function rateText(rate: number | null): string {
  if (rate === null) return unknown;
  return rate < 10 ? String(Number(rate.toFixed(1))) : String(Math.round(rate));
}

/** A share in percent: what is not nothing never reads as nothing. */
function shareText(percent: number): string {
  if (percent > 0 && percent < 0.1) return '<0.1';
  return percent < 10 ? String(Number(percent.toFixed(1))) : String(Math.round(percent));
}

function msText(ms: number | null): string {
  if (ms === null) return unknown;
  return ms < 10 ? String(Number(ms.toFixed(1))) : String(Math.round(ms));
}

function memoryText(bytes: number | null): string {
  if (bytes === null) return unknown;
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)}M` : `${(bytes / 1e9).toFixed(1)}G`;
}
