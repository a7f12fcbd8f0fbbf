import { copyPlain } from '../cache/copy-plain.ts';
import { createModules } from '../jinja/modules/index.ts';
import { hostFunction, optional, toStr, truth } from '../jinja/values/index.ts';
import { dbtVersion } from '../manifest/invocation.ts';
import { baseFunctions } from './base-functions.ts';
import { environmentFunction, momentValues } from './environment-values.ts';
import { flagsNamespace } from './flags.ts';
import { type Lazy, RenderContext } from './render-context.ts';
import { type RenderScope, rootPackageOf } from './render-scope.ts';
import { type Vars, varFunction } from './vars.ts';

/** The context of texts in YAML files: no macros, no ref; `target`, `var`, `env_var` and dbt's plain functions. */
export function yamlContext(scope: RenderScope, vars: Vars, owner: string): RenderContext {
  const macros = { rootPackage: scope.project.name, byId: new Map(), byPackage: new Map() };
  return new RenderContext(() => [yamlValues(scope, vars, owner)], {
    macros,
    packageName: scope.project.name,
    async: false,
  });
}

function yamlValues(scope: RenderScope, vars: Vars, owner: string): Lazy {
  const { project } = scope;
  const fixed: Lazy = Object.fromEntries(Object.entries(baseFunctions).map(([name, value]) => [name, () => value]));
  return {
    ...fixed,
    modules: createModules,
    dbt_version: () => dbtVersion,
    project_name: () => rootPackageOf(project).name,
    target: () => copyPlain(project.target.raw),
    var: () =>
      varFunction(vars, {
        owner,
        render: (text) => text,
        onRead: (name) => scope.reads?.note('var', owner, name),
        isShared: true,
      }),
    env_var: () => environmentFunction(scope),
    flags: () => flagsNamespace(scope.flags, scope.reads),
    ...momentValues(scope),
    log: () =>
      hostFunction('log', ['msg', optional('info', false)], (message, info) => {
        scope.onLog(toStr(message), truth(info), null);
        return '';
      }),
  };
}
