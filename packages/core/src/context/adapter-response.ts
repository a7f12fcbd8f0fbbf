import { type HostObject, hostFunction, optional, repr } from '../jinja/values/index.ts';
import { toPlain } from './plain.ts';

/** An answer's fields that say something, as plain data. */
export function responseFields(answer: unknown): Readonly<Record<string, unknown>> {
  const get = (answer as Partial<HostObject> | null)?.__getattr__;
  const fields = ['_message', 'code', 'rows_affected'].map((name) => [name, toPlain(get?.(name) ?? null)] as const);
  return Object.fromEntries(fields.filter(([, value]) => value !== null));
}

/** What a statement answered, beside its rows: dbt-duckdb says no more than that it went well. */
export function adapterResponse(message: unknown = 'OK', code: unknown = null, rows: unknown = null): HostObject {
  const fields: Readonly<Record<string, unknown>> = { _message: message, code, rows_affected: rows, query_id: null };
  const facts = Object.entries(fields).map(([name, value]) => `${name}=${repr(value)}`);
  const toDict = hostFunction('to_dict', [optional('omit_none', false)], () => ({ ...fields }));
  return {
    __type__: 'AdapterResponse',
    __getattr__: (name) => (name === 'to_dict' ? toDict : Object.hasOwn(fields, name) ? fields[name] : undefined),
    __str__: () => String(message),
    __repr__: () => `AdapterResponse(${facts.join(', ')})`,
  };
}
