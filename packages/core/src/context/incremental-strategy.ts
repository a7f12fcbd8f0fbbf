import { type Callable, hostFunction, toStr } from '../jinja/values/index.ts';
import type { RenderContext } from './render-context.ts';
import type { RenderScope } from './render-scope.ts';
import { rootPackageOf } from './render-scope.ts';
import { templateError } from './template-error.ts';

/** The strategies that dbt-duckdb has. */
export const incrementalStrategies: readonly string[] = ['append', 'delete+insert', 'merge', 'microbatch'];

/** Strategies that dbt knows: what is neither here nor above is looked for among the project's macros. */
const builtin: ReadonlySet<string> = new Set([...incrementalStrategies, 'insert_overwrite']);

/** `adapter.get_incremental_strategy_macro`: the macro `get_incremental_<strategy>_sql` that the render sees. */
export function incrementalStrategyMacro(scope: RenderScope, context: RenderContext): Callable {
  return hostFunction('get_incremental_strategy_macro', ['model_context', 'strategy'], (_, given) => {
    const strategy = given === null ? 'default' : toStr(given);
    const hint = `Use ${incrementalStrategies.join(', ')}, or write a macro of your own.`;
    if (builtin.has(strategy) && !incrementalStrategies.includes(strategy)) {
      const message = `The incremental strategy '${strategy}' is not valid for this adapter`;
      throw templateError('config/invalid', message, hint);
    }
    const name = `get_incremental_${strategy.replaceAll('+', '_')}_sql`;
    const macro = context.macroNamed(name);
    if (macro !== undefined) return macro;
    const { name: project } = rootPackageOf(scope.project);
    const message = `dbt could not find an incremental strategy macro with the name "${name}" in ${project}`;
    throw templateError('macro/not-found', message, hint);
  });
}
