import { copyPlain } from '../cache/copy-plain.ts';
import { isMapping, toPlain } from '../context/plain.ts';
import type { Diagnostic, Place } from '../diagnostics.ts';
import { error } from '../diagnostics.ts';
import { didYouMeanHint } from '../near-names.ts';
import { isTimeAt, type Located } from '../project/located.ts';
import { shown } from './config-values.ts';
import { recordOf, textOf } from './read-values.ts';
import type { YamlRenderer } from './yaml-renderer.ts';

/** One test of a property file, taken apart. */
export interface TestEntry {
  readonly name: string;
  readonly namespace: string | null;
  /** Arguments of the test's macro, not rendered, `column_name` included. */
  readonly args: Readonly<Record<string, unknown>>;
  /** Its config, rendered; keys in the order in which dbt collects them. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly givenName: string | null;
  readonly description: string;
  readonly place: Place;
}

/** Configs that stand directly under a test, which is dbt's old spelling. */
export const CONFIG_KEYS = [
  'severity',
  'tags',
  'enabled',
  'where',
  'limit',
  'warn_if',
  'error_if',
  'fail_calc',
  'store_failures',
  'store_failures_as',
  'meta',
  'database',
  'schema',
  'alias',
] as const;

/** Reads `- unique`, `- accepted_values: {…}` or `- test_name: unique`. Null, with a finding, for what is none of them. */
export function readTestEntry(
  entry: Located,
  columnName: string | null,
  renderer: YamlRenderer,
  diagnostics: Diagnostic[],
  nestsArguments: boolean = true,
): TestEntry | null {
  const parts = nameAndArguments(copyPlain(entry.value));
  const match = /^(?:([A-Za-z_]\w*)\.)?([A-Za-z_]\w*)/.exec(parts?.name ?? '');
  if (parts === null || match === null) {
    diagnostics.push(badTest(entry));
    return null;
  }
  const given = withArguments(
    { ...parts.args, ...(columnName !== null && { column_name: columnName }) },
    nestsArguments,
  );
  const { config: nestedConfig, description, name, ...args } = given;
  const isNone = (value: unknown): boolean => value === undefined || value === null;
  if (!isNone(nestedConfig) && !isMapping(nestedConfig))
    diagnostics.push(badPart(entry, 'config', 'a mapping', nestedConfig));
  if (!isNone(name) && typeof name !== 'string') diagnostics.push(badPart(entry, 'name', 'a text', name));
  if (!isNone(description) && typeof description !== 'string')
    diagnostics.push(badPart(entry, 'description', 'a text', description));
  diagnostics.push(...datesIn(entry));
  const both = CONFIG_KEYS.find((key) => args[key] && key in recordOf(nestedConfig));
  if (both !== undefined) diagnostics.push(standsTwice(entry, both));
  const config = collectConfig(args, recordOf(nestedConfig), entry, renderer);
  const { severity } = config;
  if (severity !== undefined && !(typeof severity === 'string' && /^(warn|error)$/i.test(severity)))
    diagnostics.push(badSeverity(entry, severity));
  return {
    name: match[2] ?? '',
    namespace: match[1] ?? null,
    args,
    config,
    givenName: typeof name === 'string' ? name : null,
    description: textOf(description),
    place: entry.place,
  };
}

/** dbt reads these as they are written, and a date is no text. */
const written: readonly string[] = ['name', 'description', ...CONFIG_KEYS].filter((key) => key !== 'meta');

function datesIn(entry: Located): Diagnostic[] {
  const [first = ''] = isMapping(entry.value) ? Object.keys(entry.value) : [];
  const paths = written.flatMap((key) => [[key], ['config', key]]).flatMap((path) => [[first, ...path], path]);
  return paths
    .filter((path) => entry.get(...path) !== undefined && isTimeAt(entry, path))
    .map((path) => {
      const message = `"${path.at(-1)}" of a test must be a text, not a date.`;
      return error('project/invalid-value', message, { place: entry.at(...path), hint: 'Put quotes around it.' });
    });
}

function badPart(entry: Located, key: string, words: string, value: unknown): Diagnostic {
  const message = `"${key}" of a test must be ${words}, not ${shown(value)}.`;
  const [at = entry] = Array.from(entry.entries(), ([, one]) => one).filter((one) => one.get(key) !== undefined);
  return error('project/invalid-value', message, { place: at.at(key), hint: 'Correct it, or take it out.' });
}

/** What stands under `arguments:` counts as if it stood beside it, as in dbt: configs, a name and a description too. */
function withArguments(given: Readonly<Record<string, unknown>>, nests: boolean): Readonly<Record<string, unknown>> {
  if (!nests) return given;
  const { arguments: nested, ...rest } = given;
  return { ...rest, ...recordOf(nested) };
}

function nameAndArguments(value: unknown): { name: string; args: Record<string, unknown> } | null {
  if (typeof value === 'string') return { name: value, args: {} };
  if (!isMapping(value)) return null;
  const record = value as Record<string, unknown>;
  if (typeof record.test_name === 'string') {
    const { test_name: name, ...args } = record;
    return { name: name as string, args };
  }
  const [[name, args] = ['', null], ...others] = Object.entries(record);
  if (name === '' || others.length > 0) return null;
  if (args === null) return { name, args: {} };
  return isMapping(args) ? { name, args: { ...args } as Record<string, unknown> } : null;
}

/** Takes the config keys out of `rest`, and renders them with those of `config:`. */
function collectConfig(
  rest: Record<string, unknown>,
  nested: Readonly<Record<string, unknown>>,
  entry: Located,
  renderer: YamlRenderer,
): Record<string, unknown> {
  const config: Record<string, unknown> = {};
  const left = { ...nested };
  const put = (key: string, value: unknown): void => {
    const rendered = typeof value === 'string' ? renderer.text(value, entry.place) : toPlain(value);
    if (rendered !== null && rendered !== undefined) config[key] = rendered;
  };
  for (const key of CONFIG_KEYS) {
    put(key, rest[key] || left[key]);
    if (key in left && !rest[key]) delete left[key];
    delete rest[key];
  }
  for (const [key, value] of Object.entries(left)) put(key, value);
  return config;
}

/** The first of these that is there, below the test's name or beside `test_name:`. */
function placeOf(entry: Located, ...paths: readonly (readonly string[])[]): Place {
  const name = isMapping(entry.value) ? (Object.keys(entry.value)[0] ?? '') : '';
  const found = [...paths.map((path) => [name, ...path]), ...paths].find((path) => entry.get(...path) !== undefined);
  return found === undefined ? entry.place : entry.at(...found);
}

function standsTwice(entry: Located, key: string): Diagnostic {
  return error(
    'project/invalid-value',
    `"${key}" stands in this test and under its "config"; only one of them may be given.`,
    {
      place: placeOf(entry, [key]),
      hint: 'Move everything under "config".',
    },
  );
}

function badSeverity(entry: Located, severity: unknown): Diagnostic {
  const given = shown(severity);
  return error('config/invalid', `The severity of a test is "warn" or "error", not ${given}.`, {
    place: placeOf(entry, ['config', 'severity'], ['severity']),
    hint:
      didYouMeanHint(String(severity).toLowerCase(), ['warn', 'error']) ??
      'Write `severity: warn` or `severity: error`.',
  });
}

function badTest(entry: Located): Diagnostic {
  return error(
    'project/invalid-value',
    'A test is the name of a generic test, or a mapping with one such name as its only key.',
    {
      place: entry.place,
      hint: 'Write `- unique`, or `- accepted_values:` with its arguments indented below it.',
    },
  );
}
