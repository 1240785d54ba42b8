import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly agentUrl: string;
  readonly transformUrl: string;
  readonly issuer: string;
  readonly audience: string;
  readonly jwksFile: string;
  readonly agentTimeoutMs: number;
  readonly previewsPerSecond: number;
  readonly dataDir: string;
}

export function readConfig(env: NodeJS.ProcessEnv): Config {
  return {
    host: env['HOST'] ?? '127.0.0.1',
    port: Number(env['PORT'] ?? 8080),
    agentUrl: required(env, 'AGENT_URL'),
    transformUrl: required(env, 'TRANSFORM_URL'),
    issuer: env['JWT_ISSUER'] ?? 'https://issuer.triage-desk.example',
    audience: env['JWT_AUDIENCE'] ?? 'triage-desk',
    // Development only: its private half is in this repository. In production, JWKS_FILE names your issuer's keys.
    jwksFile: env['JWKS_FILE'] ?? fileURLToPath(new URL('../keys/development.jwks.json', import.meta.url)),
    agentTimeoutMs: Number(env['AGENT_TIMEOUT_MS'] ?? 15_000),
    previewsPerSecond: Number(env['PREVIEWS_PER_SECOND'] ?? 100),
    // Shared by all replicas in one environment, so that a key means the same to each of them.
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
