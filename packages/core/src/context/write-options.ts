import { mappingOf, toStr, truth } from '../jinja/values/index.ts';
import { templateError } from './template-error.ts';

/** Options of a write, as text, in the order given. */
export type WriteOptions = Map<string, string>;

const FORMAT_OF_COMPRESSION: Readonly<Record<string, string>> = { gz: 'gzip', zst: 'zstd' };
const QUOTED = new Set(['delimiter', 'quote', 'escape', 'null']);

/**
 * Fills in what a write's options leave open, as dbt-duckdb does: the format from the location's extension (under which `.gz` and `.zst` set the
 * compression), else csv where there is a delimiter, else parquet; a csv gets a header.
 */
export function completeWriteOptions(location: string, given: WriteOptions): WriteOptions {
  const options = new Map(given);
  if (!options.has('format')) inferFormat(location, options);
  if (options.get('format') === 'csv' && !options.has('header')) options.set('header', '1');
  return options;
}

function inferFormat(location: string, options: WriteOptions): void {
  const name = location.slice(Math.max(location.lastIndexOf('/'), location.lastIndexOf('\\')) + 1);
  const [, ...extensions] = name.replace(/^\.+/, '').split('.');
  const compression = FORMAT_OF_COMPRESSION[extensions.at(-1)?.toLowerCase() ?? ''];
  const extension = (compression === undefined ? extensions.at(-1) : extensions.at(-2))?.toLowerCase();
  if (extension !== undefined && extension !== '') {
    options.set('format', extension);
    if (compression !== undefined && !options.has('compression')) options.set('compression', compression);
  } else {
    options.set('format', options.has('delimiter') ? 'csv' : 'parquet');
  }
}

/** One option's value in SQL: text options are put in quotes where they are not yet. */
export function optionText(name: string, value: string): string {
  return QUOTED.has(name.toLowerCase()) && !value.startsWith("'") ? `'${value}'` : value;
}

/** `adapter.external_write_options`: the options of a COPY, in SQL. */
export function externalWriteOptions(location: string, given: unknown): string {
  const options = completeWriteOptions(location, textOptions(given));
  const partitions = options.get('partition_by');
  if (partitions?.includes(',') === true && !partitions.startsWith('(')) options.set('partition_by', `(${partitions})`);
  const mapping = mappingOf(given);
  for (const [name, value] of options) mapping?.set(name, value);
  return [...options].map(([name, value]) => `${name} ${optionText(name, value)}`).join(', ');
}

/** `adapter.external_read_location`: a glob where the output has several files. */
export function externalReadLocation(location: string, given: unknown): string {
  const options = textOptions(given);
  const partitions = options.get('partition_by') ?? '';
  if (partitions === '' && !truth(mappingOf(given)?.get('per_thread_output') ?? false)) return location;
  const globs = partitions === '' ? [] : partitions.split(',').map(() => '*');
  return `${[location, '*', ...globs].join('/')}.${options.get('format') ?? 'parquet'}`;
}

/** A mapping's values as text. Throws EiderError for anything that is no mapping. */
export function textOptions(given: unknown): WriteOptions {
  const mapping = mappingOf(given);
  if (mapping === null)
    throw templateError(
      'config/invalid',
      'The options argument must be a dictionary',
      "Write options={'partition_by': 'day'}.",
    );
  return new Map([...mapping.entries()].map(([name, value]) => [toStr(name), toStr(value)]));
}
