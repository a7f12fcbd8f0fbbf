import type { Callable } from '../jinja/values/index.ts';
import { callValue, hostFunction, isCallable, isUndefined, optional } from '../jinja/values/index.ts';
import { type Config, hookKey } from './config.ts';
import { membersOf, Namespace } from './namespace.ts';
import { entriesOf, isMapping, plainRecord } from './plain.ts';
import { templateError } from './template-error.ts';

/** Configs that were given something undefined: Jinja's words about it, by key. In the config they are none, as in dbt. */
export type Gaps = ReadonlyMap<string, string>;

function gapsOf(options: unknown): Gaps {
  const given = isMapping(options) ? entriesOf(options) : [];
  return new Map([...given].flatMap(([key, value]) => (isUndefined(value) ? [[String(key), value.hint]] : [])));
}

/** The `config` of the parse pass: calls are collected, questions get an empty text, as in dbt. */
export function parseConfig(onCall: (call: Config, gaps: Gaps) => void): Namespace {
  const collect = (options: unknown): string => {
    onCall(collected(plainRecord(options)), gapsOf(options));
    return '';
  };
  const blank = (name: string): Callable => hostFunction(name, ['*args', '**kwargs'], () => '');
  const members = {
    set: hostFunction('set', ['name', 'value'], (name, value) => collect({ [String(name)]: value })),
    get: hostFunction('get', ['name', '*args', '**kwargs'], () => ''),
    meta_get: blank('meta_get'),
    require: blank('require'),
    meta_require: blank('meta_require'),
    persist_relation_docs: hostFunction('persist_relation_docs', [], () => false),
    persist_column_docs: hostFunction('persist_column_docs', [], () => false),
  };
  return new Namespace('ParseConfigObject', membersOf(members), {
    call: (args, kwargs) => collect(onlyArgument(args, kwargs)),
  });
}

/** What a call of `config` with these keywords says. Throws EiderError where it says one thing twice. */
export function configCall(kwargs: Readonly<Record<string, unknown>>): Config {
  return collected(plainRecord(kwargs));
}

/** The `config` of compile and run: `config(…)` does nothing, `get` and `require` read the node's config. */
export function runConfig(config: Config | null, owner: string): Namespace {
  return new Namespace('RuntimeConfigObject', membersOf(readers(config, owner)), { call: () => '' });
}

function readers(config: Config | null, owner: string): Readonly<Record<string, unknown>> {
  const meta = (): Config => plainMeta(config);
  const withDefault = ['name', optional('default'), optional('validator')];
  const required = ['name', optional('validator')];
  return {
    set: hostFunction('set', ['name', 'value'], () => ''),
    get: hostFunction('get', withDefault, (name, fallback, validator) => get(config, name, fallback, validator)),
    meta_get: hostFunction('meta_get', withDefault, (name, fallback, validator) =>
      get(meta(), name, fallback, validator),
    ),
    require: hostFunction('require', required, (name, validator) => require(config, name, validator, owner)),
    meta_require: hostFunction('meta_require', required, (name, validator) => require(meta(), name, validator, owner)),
    persist_relation_docs: hostFunction('persist_relation_docs', [], () => persistDocs(config, 'relation')),
    persist_column_docs: hostFunction('persist_column_docs', [], () => persistDocs(config, 'columns')),
    model: null,
  };
}

function onlyArgument(args: readonly unknown[], kwargs: Readonly<Record<string, unknown>> | null): unknown {
  const named = kwargs === null ? 0 : Object.keys(kwargs).length;
  if (args.length === 1 && named === 0 && isMapping(args[0])) return args[0];
  if (args.length === 0 && named > 0) return kwargs;
  throw templateError(
    'config/invalid',
    'config() takes keyword arguments, or one mapping.',
    "Write {{ config(materialized='table') }}.",
  );
}

/** `pre_hook` and `pre-hook` are one key. */
function collected(call: Config): Config {
  const config: Config = {};
  for (const [given, value] of Object.entries(call)) {
    const key = hookKey(given);
    if (Object.hasOwn(config, key))
      throw templateError('config/invalid', `config() got both ${given} and ${key}, which are one key.`);
    config[key] = value;
  }
  return config;
}

/** A key that the config has counts even where its value is none, as in dbt. The validator runs only beside a default, as in dbt. */
function get(config: Config | null, name: unknown, fallback: unknown, validator: unknown): unknown {
  const value = lookup(config, name, fallback);
  return fallback === null ? value : validated(validator, value);
}

function require(config: Config | null, name: unknown, validator: unknown, owner: string): unknown {
  const missing = Symbol('missing');
  const value = lookup(config, name, missing);
  if (value === missing) {
    throw templateError(
      'config/invalid',
      `Model '${owner}' does not define a required config parameter '${String(name)}'.`,
    );
  }
  return validated(validator, value);
}

function lookup(config: Config | null, name: unknown, fallback: unknown): unknown {
  const given = String(name);
  // dbt knows hooks by their names with the underscore here.
  if (given === 'pre-hook' || given === 'post-hook') return fallback;
  const key = hookKey(given);
  if (key === 'snapshot_table_column_names') return snapshotColumns(config) ?? fallback;
  return config !== null && Object.hasOwn(config, key) ? config[key] : fallback;
}

/** What a snapshot calls its own columns: dbt answers this like a config. */
function snapshotColumns(config: Config | null): Config | undefined {
  if (!isMapping(config?.snapshot_meta_column_names)) return undefined;
  const given = plainRecord(config.snapshot_meta_column_names);
  const names = ['dbt_valid_from', 'dbt_valid_to', 'dbt_scd_id', 'dbt_updated_at', 'dbt_is_deleted'];
  return Object.fromEntries(names.map((name) => [name, given[name] || name]));
}

/** `validation.any[basestring]` is no function, so nothing is asked of it. */
function validated(validator: unknown, value: unknown): unknown {
  if (isUndefined(validator) || !isCallable(validator)) return value;
  const asked = callValue(validator, [value], null);
  return asked instanceof Promise ? asked.then(() => value) : value;
}

function plainMeta(config: Config | null): Config {
  const meta = config?.meta;
  return isMapping(meta) ? (meta as Config) : {};
}

function persistDocs(config: Config | null, part: 'relation' | 'columns'): unknown {
  const value = config?.persist_docs ?? {};
  if (isMapping(value)) return (value as Config)[part] ?? false;
  throw templateError(
    'config/invalid',
    "Invalid value provided for 'persist_docs'. Expected a mapping with `relation` and `columns`.",
  );
}
