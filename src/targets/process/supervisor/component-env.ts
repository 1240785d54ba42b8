import { replaced } from '../../../core/secret-reference.ts';
import type { DeploymentRef, PreparedComponent } from '../../../core/target.ts';
import { urlVariable } from '../../../core/url-variable.ts';

export interface ComponentEnvInputs {
  readonly deployment: DeploymentRef & { readonly release: string };
  readonly baseEnv: Readonly<Record<string, string>>;
  readonly nodeFolder: string | null;
  /** Of a resident: the folder that is kept for it. */
  readonly data: string | null;
  readonly component: PreparedComponent;
  /** Values of secrets by the references that stand in the component's `env`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Assigned to this replica; null for a component without a port. */
  readonly port: number | null;
  /** Balanced addresses by component name, of components that have one. */
  readonly urls: Readonly<Record<string, string>>;
}

/**
 * The whole environment of a replica. What Deployer assigns wins over the component's own `env`: a component that
 * listened on another PORT would never be found.
 */
export function componentEnv(inputs: ComponentEnvInputs): Readonly<Record<string, string>> {
  const { baseEnv, component, data, deployment, nodeFolder, port } = inputs;
  const env = { ...baseEnv, ...replaced(component.shape.env, inputs.secrets) };
  return {
    ...env,
    ...(nodeFolder === null ? {} : { PATH: [nodeFolder, env['PATH']].filter(Boolean).join(':') }),
    ...(port === null ? {} : { PORT: String(port) }),
    ...(data === null ? {} : { DATA_DIR: data }),
    HOST: '127.0.0.1',
    DEPLOYER_RELEASE: deployment.release,
    DEPLOYER_DEPLOYMENT: deployment.deployment,
    DEPLOYER_ENVIRONMENT: deployment.environment,
    ...urlsOf(component.needs, inputs.urls),
  };
}

function urlsOf(needs: readonly string[], urls: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    needs.flatMap((need) => {
      const url = urls[need];
      return url === undefined ? [] : [[urlVariable(need), url]];
    }),
  );
}
