import { createModules, type Modules } from '../jinja/modules/index.ts';
import { type Callable, callValue, rawFunction } from '../jinja/values/index.ts';

/** dbt's `modules`, telling of each call of `itertools`, which dbt calls deprecated. */
export function watchedModules(onItertools: () => void): Modules {
  const modules = createModules();
  const itertools = Object.entries(modules.itertools ?? {}).map(([name, value]) => [name, watched(name, value)]);
  return { ...modules, itertools: Object.fromEntries(itertools) };

  function watched(name: string, value: unknown): Callable {
    return rawFunction(name, (args, kwargs) => {
      onItertools();
      return callValue(value, args, kwargs);
    });
  }
}
