import { replaced } from '../../../core/secrets/secret-reference.ts';
import type { DeploymentRef, PreparedComponent } from '../../../core/places/target.ts';
import { urlVariable } from '../../../core/definition/url-variable.ts';
import type { Surroundings } from '../runtime.ts';

export interface ComponentEnvInputs {
  readonly deployment: DeploymentRef & { readonly release: string };
  readonly surroundings: Surroundings;
  readonly component: PreparedComponent;
  /** Values of secrets by the references that stand in the component's `env`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** That this replica is to listen on; null for a component without one. */
  readonly port: number | null;
  /** Balanced addresses by component name, of components that have one. */
  readonly urls: Readonly<Record<string, string>>;
}

/**
 * The whole environment of a replica. What Deployer assigns wins over the component's own `env`: a component that
 * listened on another PORT would never be found.
 */
export function componentEnv(inputs: ComponentEnvInputs): Readonly<Record<string, string>> {
  const { component, deployment, port, surroundings } = inputs;
  const { base, data, host, path } = surroundings;
  const env = { ...base, ...replaced(component.shape.env, inputs.secrets) };
  return {
    ...env,
    ...(path.length === 0 ? {} : { PATH: [...path, env['PATH']].filter(Boolean).join(':') }),
    ...(port === null ? {} : { PORT: String(port) }),
    ...(data === null ? {} : { DATA_DIR: data }),
    HOST: host,
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
