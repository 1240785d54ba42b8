/** Every default that is a number or text: documented by the schemas, applied by `normalize`. */
export const defaults = {
  branch: 'main',
  timeout: '15m',
  drain: '30s',
  replicas: 1,
  readySeconds: 30,
  /** Without a port and a readiness command: how long a component must stay alive. */
  aliveSeconds: 3,
  edgeWorkers: 1,
  approvalCount: 1,
  minRequests: 20,
  alertWindowSeconds: 60,
  probePath: '/',
  loadTimeoutMs: 10_000,
  keepPreviousLast: '1h',
  keepPreviousElsewhere: '10m',
} as const;
