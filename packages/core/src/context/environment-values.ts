import type { Callable } from '../jinja/values/index.ts';
import { envVarFunction } from '../project/value-functions.ts';
import type { Lazy } from './render-context.ts';
import type { RenderScope } from './render-scope.ts';
import { startedAtValue } from './result-value.ts';

/** `env_var` of nodes and property files: secrets are refused. */
export function environmentFunction({ project, reads }: RenderScope): Callable {
  return envVarFunction({ env: project.env, onRead: (name) => reads?.note('env', '', name), secrets: false });
}

/** The values that differ from one command to the next. */
export function momentValues(scope: RenderScope): Lazy {
  return {
    invocation_id: () => {
      scope.reads?.unrepeatable();
      return scope.invocationId;
    },
    run_started_at: () => {
      scope.reads?.unrepeatable();
      return startedAtValue(scope.startedAt);
    },
  };
}

/** `dbt_metadata_envs`: what variables named `DBT_ENV_CUSTOM_ENV_…` say. */
export function metadataEnv(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    const key = /^DBT_(?:ENGINE_)?ENV_CUSTOM_ENV_(.+)$/.exec(name)?.[1];
    if (key !== undefined && value !== undefined) found[key] = value;
  }
  return found;
}
