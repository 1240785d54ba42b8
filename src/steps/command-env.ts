import { caFileVariables, callerEnv } from '../core/pipeline/caller-env.ts';
import type { CandidateFacts, StepContext } from '../core/pipeline/step.ts';
import { urlVariable } from '../core/definition/url-variable.ts';

type Env = Readonly<Record<string, string>>;

export interface CommandEnvInputs {
  /** As recorded when the run was shipped. */
  readonly baseEnv: Env;
  /** `env` of the command itself. */
  readonly own: Env;
  /** Folder of the Node that the integration asks for; null: the machine's own. */
  readonly nodeFolder: string | null;
}

/** The whole environment of a build or of `tests.setup`. */
export function commandEnv({ baseEnv, own, nodeFolder }: CommandEnvInputs): Env {
  const env: Env = { LANG: 'C.UTF-8', TMPDIR: '/tmp', ...callerEnv(baseEnv), CI: 'true', ...own };
  return nodeFolder === null ? env : { ...env, PATH: [nodeFolder, env['PATH']].filter(Boolean).join(':') };
}

export interface SuiteFacts {
  readonly release: string | null;
  /** Null at build, where nothing is deployed yet. */
  readonly candidate: CandidateFacts | null;
  /** File of everyone whom the suite may trust; null at build. */
  readonly caBundle: string | null;
}

/** The whole environment of a suite. What Deployer says about the candidate wins over the suite's own `env`. */
export function suiteEnv(inputs: CommandEnvInputs, facts: SuiteFacts): Env {
  const trust = facts.caBundle === null ? {} : trusting(facts.caBundle, inputs.baseEnv);
  const base = facts.candidate === null ? inputs.baseEnv : withoutProxyToLoopback(inputs.baseEnv);
  return {
    ...commandEnv({ ...inputs, baseEnv: { ...base, ...trust } }),
    ...(facts.release === null ? {} : { DEPLOYER_RELEASE: facts.release }),
    ...(facts.candidate === null ? {} : candidateEnv(facts.candidate)),
  };
}

export interface MigrationFacts {
  readonly environment: string;
  readonly release: string;
  /** Addresses of residents, by component name. */
  readonly residents: Readonly<Record<string, string>>;
}

/** The whole environment of a migration: of the release only its residents run yet, so only they have an address. */
export function migrationEnv(inputs: CommandEnvInputs, facts: MigrationFacts): Env {
  const urls = Object.entries(facts.residents).map(([name, url]) => [urlVariable(name), url]);
  const baseEnv = urls.length === 0 ? inputs.baseEnv : withoutProxyToLoopback(inputs.baseEnv);
  return {
    ...commandEnv({ ...inputs, baseEnv }),
    ...(Object.fromEntries(urls) as Env),
    DEPLOYER_ENVIRONMENT: facts.environment,
    DEPLOYER_RELEASE: facts.release,
  };
}

/** The Node to put first on PATH: Deployer's own when the integration names a version. */
export function nodeFolderFor(
  { definition }: Pick<StepContext, 'definition'>,
  deployersNode: string,
): string | null {
  return definition.nodeVersion === null ? null : deployersNode;
}

function candidateEnv(candidate: CandidateFacts): Env {
  return {
    DEPLOYER_URL: candidate.previewUrl,
    DEPLOYER_ENVIRONMENT: candidate.environment,
    DEPLOYER_DEPLOYMENT: candidate.deployment,
  };
}

/** The contract's two variables, and those of the caller that would win over them in some program. */
function trusting(caBundle: string, baseEnv: Env): Env {
  const names = caFileVariables.filter(
    (name) => name === 'NODE_EXTRA_CA_CERTS' || name === 'SSL_CERT_FILE' || name in baseEnv,
  );
  return Object.fromEntries(names.map((name) => [name, caBundle]));
}

/** The candidate's address is on this machine: a proxy elsewhere could not reach it. */
function withoutProxyToLoopback(baseEnv: Env): Env {
  const hasProxy = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].some(
    (name) => name in baseEnv || name.toLowerCase() in baseEnv,
  );
  if (!hasProxy) return baseEnv;
  const direct = [baseEnv['NO_PROXY'] ?? baseEnv['no_proxy'], '127.0.0.1', 'localhost', '::1']
    .filter(Boolean)
    .join(',');
  return { ...baseEnv, NO_PROXY: direct, no_proxy: direct };
}
