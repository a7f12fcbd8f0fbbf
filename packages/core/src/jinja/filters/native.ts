import { NativeMarker } from '../values/native-marker.ts';
import type { FilterFunction } from '../values/render-env.ts';
import { toStr } from '../values/repr.ts';
import { Tuple } from '../values/tuple.ts';
import { filter } from './declare.ts';

const asIs: FilterFunction = filter('<lambda>', ['x'], (_env, value: unknown) => value);

const isList: FilterFunction = filter(
  'is_list',
  ['value'],
  (_env, value: unknown) => Array.isArray(value) && !(value instanceof Tuple),
);

/** dbt's type filters in a plain render: they change nothing. */
export const textTypeFilters: Readonly<Record<string, FilterFunction>> = {
  as_text: asIs,
  as_bool: asIs,
  as_native: asIs,
  as_number: asIs,
  is_list: isList,
};

/** dbt's type filters in a native render: they mark the text for the evaluation of the whole result. */
export const nativeTypeFilters: Readonly<Record<string, FilterFunction>> = {
  as_text: (_env, value) => new NativeMarker('text', toStr(value)),
  as_bool: (_env, value) => new NativeMarker('bool', toStr(value)),
  as_native: (_env, value) => new NativeMarker('native', toStr(value)),
  as_number: (_env, value) => new NativeMarker('number', toStr(value)),
};
