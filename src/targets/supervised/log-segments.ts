/** Log segments of a replica are named `<component>.<replica>.<number>.jsonl`, numbered upwards from 1. */
export interface Segment {
  readonly component: string;
  readonly replica: number;
  readonly segment: number;
}

const pattern = /^(.+)\.(\d+)\.(\d{6,})\.jsonl$/;

export function segmentName({ component, replica, segment }: Segment): string {
  return `${component}.${replica}.${String(segment).padStart(6, '0')}.jsonl`;
}

export interface SegmentFilter {
  readonly component?: string | null;
  readonly replica?: number | null;
}

/** The segments among the files of a folder, oldest first within a replica; all of them without a filter. */
export function segmentsOf(files: readonly string[], filter: SegmentFilter = {}): readonly Segment[] {
  const segments = files.flatMap((file) => {
    const [, component, replica, segment] = pattern.exec(file) ?? [];
    return component === undefined ? [] : [{ component, replica: Number(replica), segment: Number(segment) }];
  });
  return segments
    .filter(({ component }) => matches(filter.component, component))
    .filter(({ replica }) => matches(filter.replica, replica))
    .toSorted((a, b) => a.segment - b.segment);
}

function matches<T>(wanted: T | null | undefined, value: T): boolean {
  return wanted === null || wanted === undefined || wanted === value;
}
