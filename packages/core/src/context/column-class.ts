import { hostFunction, optional } from '../jinja/values/index.ts';
import { Column, classMembers, numberOrNull } from './column.ts';
import { membersOf, Namespace } from './namespace.ts';

const construct = hostFunction(
  'DuckDBColumn',
  ['column', 'dtype', ...['char_size', 'numeric_precision', 'numeric_scale'].map((name) => optional(name))],
  (column, dtype, charSize, precision, scale) =>
    new Column({
      column: String(column),
      dtype: String(dtype),
      charSize: numberOrNull(charSize),
      precision: numberOrNull(precision),
      scale: numberOrNull(scale),
    }),
);

/** `api.Column`: makes columns, and translates type names. */
export const columnClass: Namespace = new Namespace('type', membersOf(classMembers), {
  text: "<class 'dbt.adapters.duckdb.column.DuckDBColumn'>",
  call: (args, kwargs) => construct.__call__(args, kwargs),
});
