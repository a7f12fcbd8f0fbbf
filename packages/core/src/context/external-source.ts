import { binary, callMethod, PyError, toStr } from '../jinja/values/index.ts';
import type { SourceNode } from '../manifest/nodes.ts';
import { quoteText } from '../quote-text.ts';
import { isMapping } from './plain.ts';
import { templateError } from './template-error.ts';

/** The keys of a source's config that dbt knows. The rest is the adapter's. */
const KNOWN = new Set(
  'enabled event_time freshness loaded_at_field loaded_at_query meta tags static_analysis'.split(' '),
);

/** What dbt-duckdb knows of a source: its `meta`, over it the config keys that dbt does not know. */
export function sourceSettings(source: SourceNode): Record<string, unknown> {
  const extra = Object.entries(source.config).filter(([key]) => !KNOWN.has(key));
  return { ...source.meta, ...Object.fromEntries(extra) };
}

/**
 * The SQL that a reference to a source with `external_location` prints: the location with its placeholders filled in by the `formatter`, in quotes
 * unless it is a function call or quoted already. Null for a source without one. Throws EiderError for a formatter or placeholder that is unknown.
 */
export function externalText(source: SourceNode): string | null {
  const settings = sourceSettings(source);
  const template = settings.external_location ?? deltaTemplate(settings);
  if (template === undefined || template === null || 'plugin' in settings) return null;
  if (Array.isArray(template) || isMapping(template)) {
    const message = `The external_location of source ${source.source_name}.${source.name} must be a text.`;
    throw templateError('config/invalid', message, "Write a path, or a call such as read_csv('…').");
  }
  const text = formatted(toStr(template), source, settings);
  if (text.trim() === '') {
    const message = `The external_location of source ${source.source_name}.${source.name} is empty.`;
    throw templateError('config/invalid', message, "Write a path, or a call such as read_csv('…'), or leave it out.");
  }
  return text.includes('(') || text.startsWith("'") ? text : `'${text}'`;
}

/** A Delta table by `format: delta` and `location`, pinned by `version` or `as_of` where it has one; with `change_feed` what changed in it. */
function deltaTemplate(settings: Readonly<Record<string, unknown>>): unknown {
  const { format, location, version, as_of: asOf, change_feed: feed } = settings;
  if (format !== 'delta' || typeof location !== 'string') return undefined;
  if (feed !== undefined && feed !== null && feed !== false) return changesTemplate(location, feed);
  const pinned = version === undefined ? '' : `, version => ${toStr(version)}`;
  const since = asOf === undefined ? '' : `, as_of => ${quoteText(toStr(asOf))}`;
  return `delta_scan(${quoteText(location)}${pinned}${since})`;
}

/** `change_feed: {starting_version: 3, ending_version: 7}`, of which the second may be absent. */
function changesTemplate(location: string, feed: unknown): string {
  const given: Readonly<Record<string, unknown>> = isMapping(feed) ? { ...feed } : {};
  const { starting_version: from, ending_version: to } = given;
  const versions = [from, ...(to === undefined || to === null ? [] : [to])].map((version) => String(version));
  if (versions.every((version) => /^\d+$/.test(version)))
    return `table_changes(${quoteText(location)}, ${versions.join(', ')})`;
  throw templateError(
    'config/invalid',
    'The change_feed of a source names the first version whose changes are read.',
    'Write change_feed: {starting_version: 3}, and ending_version beside it where changes should be read up to that one.',
  );
}

function formatted(template: string, source: SourceNode, settings: Readonly<Record<string, unknown>>): string {
  const { name, identifier, schema, database, tags } = source;
  const values = { name, identifier, schema, database, tags, ...settings };
  try {
    return applyFormatter(template, toStr(settings.formatter ?? 'newstyle'), values);
  } catch (cause) {
    if (!(cause instanceof PyError)) throw cause;
    const what = `The external_location of source ${source.source_name}.${source.name}`;
    const missing = /^'(\w+)'$/.exec(cause.message)?.[1];
    const why = missing === undefined ? cause.message : `there is nothing called "${missing}"`;
    throw templateError('config/invalid', `${what} cannot be filled in: ${why}`.replace(/\.?$/, '.'), adviceOn(cause));
  }
}

function adviceOn({ message }: PyError): string {
  return message.startsWith('formatter ')
    ? 'Leave it out for newstyle: {name}; oldstyle has %(name)s, template has $name.'
    : 'Placeholders may be name, identifier, schema, database, tags or a key of meta.';
}

function applyFormatter(template: string, formatter: string, values: Readonly<Record<string, unknown>>): string {
  switch (formatter) {
    case 'newstyle':
      return toStr(callMethod(template, 'format', [], values));
    case 'oldstyle':
      return toStr(binary('%', template, values));
    case 'template':
      return substitute(template, values);
    default:
      throw new PyError('ValueError', `formatter '${formatter}' is none of newstyle, oldstyle and template.`);
  }
}

/** Python's `string.Template`: `$name`, `${name}`, `$$` for a dollar. */
function substitute(template: string, values: Readonly<Record<string, unknown>>): string {
  return template.replace(
    /\$(?:(\$)|([_a-z][_a-z0-9]*)|\{([_a-z][_a-z0-9]*)\}|)/gi,
    (_whole, dollar, plain, braced) => {
      if (dollar !== undefined) return '$';
      const name = String(plain ?? braced ?? '');
      if (name === '') throw new PyError('ValueError', 'Invalid placeholder in string');
      if (!Object.hasOwn(values, name)) throw new PyError('KeyError', `'${name}'`);
      return toStr(values[name]);
    },
  );
}
