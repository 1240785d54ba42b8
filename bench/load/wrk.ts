import { execFileSync } from 'node:child_process';

export interface LoadSettings {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  /** The generator runs on this core alone. */
  readonly core: number;
}

export interface Load {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Connections that failed, requests without an answer in time, and answers of 400 and above. */
  readonly errors: number;
}

/** Closed-loop load by wrk: every connection sends the next request as soon as it has the answer. */
export function loadBy({ url, connections, seconds, core }: LoadSettings): Load {
  const wrk = ['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '--timeout', '10s', url];
  const text = execFileSync('taskset', ['-c', String(core), ...wrk], {
    encoding: 'utf8',
    timeout: (seconds + 30) * 1000,
  });
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]),
    p50Ms: milliseconds(/^\s+50%\s+(\S+)/m.exec(text)?.[1]),
    p99Ms: milliseconds(/^\s+99%\s+(\S+)/m.exec(text)?.[1]),
    errors: errorsIn(text),
  };
}

function errorsIn(text: string): number {
  const socket = /connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text)?.slice(1) ?? [];
  const statuses = /Non-2xx or 3xx responses: (\d+)/.exec(text)?.slice(1) ?? [];
  return [...socket, ...statuses].reduce((sum, count) => sum + Number(count), 0);
}

/** `812.00us`, `3.41ms`, `1.02s` */
function milliseconds(text = ''): number {
  const [, value, unit = ''] = /^([\d.]+)(us|ms|s)$/.exec(text) ?? [];
  return Number(value) * ({ us: 0.001, ms: 1, s: 1000 }[unit] ?? Number.NaN);
}
