import type { Callable } from '../jinja/values/index.ts';
import { hostFunction, optional, toStr } from '../jinja/values/index.ts';
import { adapterResponse } from './adapter-response.ts';
import { emptyTable, matrix } from './agate/agate-table.ts';
import { ResultTable } from './agate/table.ts';
import { templateError } from './template-error.ts';

/** `store_result`, `store_raw_result` and `load_result` of one render: what `statement` blocks leave for later. */
export function resultFunctions(): Readonly<Record<'load_result' | 'store_result' | 'store_raw_result', Callable>> {
  const results = new Map<string, object | null>();
  const store = (name: unknown, response: unknown, table: unknown): string => {
    const kept = table instanceof ResultTable ? table : emptyTable();
    results.set(toStr(name), { response, data: matrix(kept), table: kept });
    return '';
  };
  const table = optional('agate_table');
  const raw = ['name', ...['message', 'code', 'rows_affected'].map((name) => optional(name)), table];
  return {
    load_result: hostFunction('load_result', ['name'], (name) => load(results, toStr(name))),
    store_result: hostFunction('store_result', ['name', 'response', table], store),
    store_raw_result: hostFunction('store_raw_result', raw, (name, message: unknown, code, rows, result) =>
      store(name, adapterResponse(message, code, rows), result),
    ),
  };
}

/** A result is read once, but for `main`, as in dbt. */
function load(results: Map<string, object | null>, name: string): object | null {
  const result = results.get(name);
  if (result === undefined) return null;
  if (result === null) {
    throw templateError(
      'jinja/render',
      `The 'statement' result named '${name}' has already been loaded into a variable`,
    );
  }
  if (name !== 'main') results.set(name, null);
  return result;
}
