import { type Callable, hostFunction } from '../jinja/values/index.ts';
import { templateError } from './template-error.ts';

/** Names of dbt's templates that cannot be called here, and why. */
export const refusedMembers: Readonly<Record<string, string>> = {
  adapter_macro: 'dbt has removed it; write `adapter.dispatch`.',
  load_agate_table: 'Seeds are loaded by DuckDB; `run_query` gives rows.',
  metric: 'Metrics have no SQL; the semantic layer of the platform has.',
  submit_python_job: 'Python models are run by eider itself.',
  'adapter.get_catalog_integration': 'dbt-duckdb has no catalog integrations.',
  'adapter.get_partitions_metadata': 'DuckDB knows no partitions of tables.',
  'adapter.get_temp_relation_path': 'It is for MotherDuck.',
  'adapter.store_relation': 'eider gives external models to their `plugin` itself, once they are committed.',
  'adapter.run_sql_for_tests': 'It is for the tests of dbt itself; write `run_query`.',
};

/** Those of the context, or of the adapter (`adapter.`), by their own names. */
export function refusedCalls(owner: '' | 'adapter.'): Readonly<Record<string, Callable>> {
  const names = Object.keys(refusedMembers).filter((name) => name.startsWith('adapter.') === (owner !== ''));
  return Object.fromEntries(
    names.map((full) => {
      const call = hostFunction(full, ['*args', '**kwargs'], () => {
        throw templateError('project/unsupported', `${full}() is not supported. ${refusedMembers[full]}`);
      });
      return [full.slice(owner.length), call];
    }),
  );
}
