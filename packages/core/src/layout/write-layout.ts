import { isMapping } from '../context/plain.ts';
import { templateError } from '../context/template-error.ts';
import { completeWriteOptions, optionText, type WriteOptions } from '../context/write-options.ts';
import { toStr } from '../jinja/values/index.ts';
import type { ManifestNode } from '../manifest/nodes.ts';
import { quoteText } from '../quote-text.ts';
import { deltaLayout, deltaPartitions, splitNames } from './delta-layout.ts';
import type { Layout } from './layout.ts';

const FORMATS = ['csv', 'parquet', 'json'] as const;
/** What the layout asks of a node. */
type WrittenNode = Pick<ManifestNode, 'unique_id'> & { readonly config: Readonly<Record<string, unknown>> };

/** Options that the layout says in fields of its own. */
const OWN_FIELDS = new Set([
  'format',
  'partition_by',
  'per_thread_output',
  'overwrite',
  'overwrite_or_ignore',
  'append',
]);

/** The layout that a location and rendered options mean, by dbt-duckdb's rules. Throws EiderError for a format that cannot be written. */
export function layoutOf(node: WrittenNode, location: string, given: WriteOptions): Layout {
  const options = completeWriteOptions(location, given);
  const isDelta = asked(options) === 'delta';
  const format = isDelta ? 'parquet' : formatOf(node, options.get('format') ?? '');
  const inOptions = options.get('partition_by');
  const partitionBy = inOptions === undefined && isDelta ? deltaPartitions(node.config) : splitNames(inOptions ?? '');
  const perThreadOutput = isOn(options, 'per_thread_output');
  return {
    location,
    format,
    copyOptions: copyOptions(options),
    partitionBy,
    perThreadOutput,
    folder: isDelta || partitionBy.length > 0 || perThreadOutput || options.has('file_size_bytes'),
    mode: modeOf(options),
    readOptions: readOptions(node, format, options.get('compression')),
    ...(isDelta && { delta: deltaLayout(node.config, options) }),
  };
}

/** The format that is asked for, without quotes. */
function asked(options: WriteOptions): string {
  return (options.get('format') ?? '').toLowerCase().replace(/^'(.*)'$/, '$1');
}

function formatOf(node: WrittenNode, given: string): Layout['format'] {
  const wanted = given.toLowerCase().replace(/^'(.*)'$/, '$1');
  const format = FORMATS.find((one) => one === wanted);
  if (format !== undefined) return format;
  throw templateError(
    'config/invalid',
    `Invalid format: ${given}. Allowed formats are: ${[...FORMATS, 'delta'].join(', ')} (${node.unique_id}).`,
    "Set format='parquet', or end the location with .parquet, .csv or .json.",
  );
}

function copyOptions(options: WriteOptions): Record<string, string> {
  const left = [...options].filter(([name]) => !OWN_FIELDS.has(name));
  return Object.fromEntries(left.map(([name, value]) => [name, optionText(name, value)]));
}

/** An option alone means true, as in COPY. */
function isOn(options: WriteOptions, name: string): boolean {
  const value = options.get(name)?.trim().toLowerCase();
  return value !== undefined && !['false', '0', 'off', 'none'].includes(value);
}

function modeOf(options: WriteOptions): Layout['mode'] {
  if (isOn(options, 'append')) return 'append';
  return isOn(options, 'overwrite_or_ignore') ? 'overwrite_or_ignore' : 'replace';
}

/** The reader's arguments: the config's in place of the defaults, not beside them; a written compression is passed on. */
function readOptions(
  node: WrittenNode,
  format: Layout['format'],
  compression: string | undefined,
): Record<string, string> {
  const given = node.config[`${format}_read_options`];
  const fallback = format === 'parquet' ? { union_by_name: false } : { auto_detect: true };
  const options: Record<string, unknown> = { ...(isMapping(given) ? given : fallback) };
  if (format !== 'parquet' && compression !== undefined) options.compression ??= compression;
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [name, readerValue(value)]));
}

function readerValue(value: unknown): string {
  return typeof value === 'string' ? quoteText(value.replace(/^'(.*)'$/, '$1')) : toStr(value);
}
