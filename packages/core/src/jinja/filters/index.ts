import type { FilterFunction } from '../values/render-env.ts';
import { markupFilters } from './markup.ts';
import { nativeTypeFilters, textTypeFilters } from './native.ts';
import { scalarFilters } from './scalar.ts';
import { selectFilters } from './select.ts';
import { lengthFilter, sequenceFilters } from './sequence.ts';
import { textFilters } from './text.ts';

/** Every filter of Jinja 3.1 and dbt's `as_…` filters for a render to text. */
export const filters: Readonly<Record<string, FilterFunction>> = Object.freeze({
  ...textFilters,
  ...sequenceFilters,
  count: lengthFilter,
  ...selectFilters,
  ...scalarFilters,
  ...markupFilters,
  ...textTypeFilters,
});

/** The filters of a native render, as dbt renders the values of YAML files. */
export const nativeFilters: Readonly<Record<string, FilterFunction>> = Object.freeze({
  ...filters,
  ...nativeTypeFilters,
});
