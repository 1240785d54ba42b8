import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly model: {
    readonly url: string;
    readonly id: string;
    readonly apiKey: string | undefined;
    readonly timeoutMs: number;
  };
  readonly toolsUrl: string;
  readonly toolsTimeoutMs: number;
  readonly limits: { readonly steps: number; readonly tokens: number };
  readonly refundLimit: number;
  readonly dataDir: string;
}

export function readConfig(env: NodeJS.ProcessEnv): Config {
  return {
    host: env['HOST'] ?? '127.0.0.1',
    port: Number(env['PORT'] ?? 8080),
    model: {
      url: required(env, 'MODEL_URL'),
      id: env['MODEL_ID'] ?? 'triage-sim-1',
      apiKey: env['MODEL_API_KEY'],
      timeoutMs: Number(env['MODEL_TIMEOUT_MS'] ?? 10_000),
    },
    toolsUrl: required(env, 'TOOLS_URL'),
    toolsTimeoutMs: Number(env['TOOLS_TIMEOUT_MS'] ?? 5_000),
    limits: { steps: Number(env['STEP_LIMIT'] ?? 6), tokens: Number(env['TOKEN_LIMIT'] ?? 12_000) },
    // In the currency of the order. Above it, a person decides.
    refundLimit: Number(env['REFUND_LIMIT'] ?? 100),
    // Shared by all replicas in one environment, so that a conversation may go on at any of them.
    dataDir:
      env['DATA_DIR'] ??
      join(tmpdir(), `triage-desk-${process.getuid?.()}`, env['DEPLOYER_ENVIRONMENT'] ?? 'local'),
  };
}

function required(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set`);
  return value;
}
