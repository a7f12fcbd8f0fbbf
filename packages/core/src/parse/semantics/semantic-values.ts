import { isMapping } from '../../context/plain.ts';
import { type Diagnostic, error, type Place } from '../../diagnostics.ts';
import type { InputMeasure, InputMetric, TimeWindow, WhereFilters } from '../../manifest/semantic-nodes.ts';
import type { Located } from '../../project/located.ts';
import { granularities } from '../../project/property-parts.ts';
import { listOf, recordOf, textOf } from '../read-values.ts';

/** A text as it is; null for none and anything else. */
export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** A word of an enumeration, which dbt takes in any case. */
export function wordOf(value: unknown): string {
  return textOf(value).toLowerCase();
}

/** An `expr:`, which YAML may read as a number or as true or false: dbt prints it as Python does. */
export function expressionOf(value: unknown): string | null {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return value === null || value === undefined ? null : textOf(value);
}

/** One condition, or several that must all hold. */
export function whereFilters(value: unknown): WhereFilters | null {
  if (value === null || value === undefined) return null;
  const all = Array.isArray(value) ? value : [value];
  return { where_filters: all.map((one) => ({ where_sql_template: textOf(one) })) };
}

/** What a window's text says: `7 days`, `1 month`. Anything else goes to `report`. */
export function timeWindow(value: unknown, report: (message: string) => void): TimeWindow | null {
  if (typeof value !== 'string') return null;
  const [count = '', grain = '', ...more] = value.toLowerCase().split(' ');
  if (!/^\d+$/.test(count) || grain === '' || more.length > 0) {
    report(`"${value}" is no window of time: it is a number and a granularity, as in "28 days".`);
    return null;
  }
  const one = grain.replace(/s$/, '');
  return { count: Number(count), granularity: isGranularity(one) ? one : grain };
}

/** Whether a text is one of dbt's standard grains. */
export function isGranularity(text: string): boolean {
  return (granularities as readonly string[]).includes(text);
}

/** A measure by its name, or with what a metric changes about it. */
export function inputMeasure(value: unknown): InputMeasure {
  const given = isMapping(value) ? recordOf(value) : { name: value };
  return {
    name: textOf(given.name),
    filter: whereFilters(given.filter),
    alias: textOrNull(given.alias),
    join_to_timespine: given.join_to_timespine === true,
    fill_nulls_with: typeof given.fill_nulls_with === 'number' ? given.fill_nulls_with : null,
  };
}

/** A metric by its name, or with what another metric changes about it. */
export function inputMetric(value: unknown, report: (message: string) => void): InputMetric {
  const given = isMapping(value) ? recordOf(value) : { name: value };
  return {
    name: textOf(given.name),
    filter: whereFilters(given.filter),
    alias: textOrNull(given.alias),
    offset_window: timeWindow(given.offset_window, report),
    offset_to_grain: textOrNull(given.offset_to_grain),
  };
}

/** The texts of a list. */
export function textsOf(value: unknown): string[] {
  return listOf(value).map(textOf);
}

/** A finding about a part of an entry. */
export function wrongPart(entry: Located, path: readonly (string | number)[], message: string): Diagnostic {
  return error('project/invalid-value', message, { place: placeOf(entry, path) });
}

function placeOf(entry: Located, path: readonly (string | number)[]): Place {
  return entry.get(...path)?.place ?? entry.at(...path);
}
