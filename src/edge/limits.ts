/** What an edge bears before it refuses, so that no client and no deployment can take it down. */
export interface EdgeLimits {
  /** Open connections of clients, over all workers. @default 10_000 */
  readonly connections: number;
  /** Request line and headers together, in bytes; more is answered 431. @default 16_384 */
  readonly headerBytes: number;
  /** Body of a request in bytes; more is answered 413. @default 104_857_600 (100 MiB) */
  readonly bodyBytes: number;
  /** Time for a TLS handshake, and for the headers of a request. @default 10_000 */
  readonly headersMs: number;
  /** Time for a whole request to arrive; longer is answered 408. @default 300_000 */
  readonly requestMs: number;
  /** How long a connection stays open between two requests. @default 65_000 */
  readonly keepAliveMs: number;
  /** Silence in the middle of an answer or a stream after which it is cut. @default 600_000 */
  readonly silenceMs: number;
  /** Time for a replica to accept a connection. @default 3_000 */
  readonly connectMs: number;
  /** Time for a deployment to begin its answer; longer is answered 504. @default 120_000 */
  readonly answerMs: number;
  /** Time that open requests get when the edge itself stops. @default 5_000 */
  readonly drainMs: number;
  /** Size at which the access log is rotated; three old ones are kept. @default 33_554_432 (32 MiB) */
  readonly accessLogBytes: number;
}

export const defaultLimits: EdgeLimits = {
  connections: 10_000,
  headerBytes: 16_384,
  bodyBytes: 100 * 1024 * 1024,
  headersMs: 10_000,
  requestMs: 300_000,
  keepAliveMs: 65_000,
  silenceMs: 600_000,
  connectMs: 3_000,
  answerMs: 120_000,
  drainMs: 5_000,
  accessLogBytes: 32 * 1024 * 1024,
};
