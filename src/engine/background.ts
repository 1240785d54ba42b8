/** Something that goes round in the background of an engine, put in from outside. */
export interface BackgroundWork {
  /** As people are told of it. */
  readonly name: string;
  readonly everyMs: number;
  /** A round that takes longer, its pause included, is stuck. */
  readonly allowedMs: number;
  /** Idempotent: after a crash it is done again. */
  run(signal: AbortSignal): Promise<void>;
}
