import { FieldsObject } from './fields-object.ts';

/** What a statement answered, beside its rows: dbt-duckdb says no more than that it went well. */
export function adapterResponse(message: unknown = 'OK', code: unknown = null, rows: unknown = null): FieldsObject {
  const fields = { _message: message, code, rows_affected: rows, query_id: null };
  return new FieldsObject('AdapterResponse', fields, {}, String(message));
}
