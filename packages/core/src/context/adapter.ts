import type { Callable } from '../jinja/values/index.ts';
import { hostFunction, Tuple, toStr } from '../jinja/values/index.ts';
import { columnClass } from './column-class.ts';
import { databaseMethods } from './database-methods.ts';
import type { DatabasePort } from './database-port.ts';
import { dispatchFunction } from './dispatch.ts';
import { incrementalStrategies, incrementalStrategyMacro } from './incremental-strategy.ts';
import { Namespace } from './namespace.ts';
import type { RelationPrinter } from './relation.ts';
import { Relation } from './relation.ts';
import { relationClass } from './relation-class.ts';
import type { RenderContext } from './render-context.ts';
import type { RenderScope } from './render-scope.ts';
import { emptyTable } from './table.ts';
import { externalReadLocation, externalWriteOptions } from './write-options.ts';

export interface AdapterOptions {
  /** False while parsing: what would ask the database gives nothing instead. */
  readonly execute: boolean;
  readonly port: DatabasePort | null;
  readonly printer: RelationPrinter;
}

/** `adapter` of templates: dispatch, quoting, and everything that asks the database. Its members are made when they are asked for. */
export function adapterNamespace(scope: RenderScope, context: RenderContext, options: AdapterOptions): Namespace {
  let dispatch: Callable | undefined;
  let database: Readonly<Record<string, Callable>> | undefined;
  const member = (name: string): unknown => {
    switch (name) {
      case 'dispatch':
        dispatch ??= dispatchFunction(scope, (packageName, macro) => context.macroIn(packageName, macro));
        return dispatch;
      case 'Relation':
        return relationClass(options.printer);
      case 'Column':
        return columnClass;
      case 'behavior':
        return behavior;
      case 'get_incremental_strategy_macro':
        return options.execute ? incrementalStrategyMacro(scope, context) : parseMethods.get_relation;
    }
    const plain = plainMethodsOf(scope);
    database ??= options.execute ? databaseMethods(options.port, options.printer) : parseMethods;
    const methods = Object.hasOwn(database, name) ? database : plain;
    return Object.hasOwn(methods, name) ? methods[name] : undefined;
  };
  return new Namespace('DatabaseWrapper', member);
}

const plainMethodsByScope = new WeakMap<RenderScope, Readonly<Record<string, Callable>>>();

function plainMethodsOf(scope: RenderScope): Readonly<Record<string, Callable>> {
  const known = plainMethodsByScope.get(scope) ?? plainMethods(scope);
  plainMethodsByScope.set(scope, known);
  return known;
}

/** A behaviour change that dbt's maintainers announced: none is taken here. */
const behaviorFlag = new Namespace('BehaviorFlag', (name) =>
  name === 'no_warn' || name === 'setting' ? false : undefined,
);

const behavior = new Namespace('Behavior', () => behaviorFlag);

/** The answers that dbt gives in place of the database while it parses. */
const parseMethods = methodsWhileParsing();

function methodsWhileParsing(): Readonly<Record<string, Callable>> {
  const methods: Record<string, Callable> = {};
  const answer = (names: string, value: () => unknown): void => {
    for (const name of names.split(' ')) methods[name] = hostFunction(name, ['*args', '**kwargs'], value);
  };
  answer(
    'get_relation create_schema drop_schema drop_relation truncate_relation rename_relation add_query',
    () => null,
  );
  answer('list_relations list_relations_without_caching get_columns_in_relation get_missing_columns', () => []);
  answer('get_column_schema_from_query', () => []);
  answer('already_exists check_schema_exists location_exists', () => false);
  answer('execute', () => Tuple.from(['', emptyTable()]));
  return methods;
}

function plainMethods(scope: RenderScope): Readonly<Record<string, Callable>> {
  const { target } = scope.project;
  const methods: Record<string, Callable> = {
    quote: hostFunction('quote', ['identifier'], (identifier) => `"${toStr(identifier)}"`),
    quote_as_configured: hostFunction('quote_as_configured', ['identifier', 'quote_key'], (identifier, key) =>
      scope.quoting[toStr(key) as 'schema'] === false ? toStr(identifier) : `"${toStr(identifier)}"`,
    ),
    quote_seed_column: hostFunction(
      'quote_seed_column',
      ['column', { name: 'quote_config', default: null }],
      (column, quote: unknown) => (quote === false ? toStr(column) : `"${toStr(column)}"`),
    ),
    type: hostFunction('type', [], () => 'duckdb'),
    external_root: hostFunction('external_root', [], () => target.externalRoot),
    external_write_options: hostFunction(
      'external_write_options',
      ['write_location', 'rendered_options'],
      (location, options) => externalWriteOptions(toStr(location), options),
    ),
    external_read_location: hostFunction(
      'external_read_location',
      ['write_location', 'rendered_options'],
      (location, options) => externalReadLocation(toStr(location), options),
    ),
    is_ducklake: hostFunction('is_ducklake', ['relation'], (relation) => isDucklake(scope, relation)),
    escape_sql_string: hostFunction('escape_sql_string', ['value'], (value) => toStr(value).replaceAll("'", "''")),
    warn_once: hostFunction('warn_once', ['msg'], (message) => {
      scope.onWarning(toStr(message), null);
      return null;
    }),
  };
  const constant = (names: string, value: () => unknown): void => {
    for (const name of names.split(' ')) methods[name] = hostFunction(name, ['*args', '**kwargs'], value);
  };
  constant('commit cache_added cache_dropped cache_renamed', () => '');
  constant(
    'expand_target_column_types verify_database build_catalog_relation store_relation parse_index debug_query',
    () => null,
  );
  constant('is_motherduck disable_transactions use_ducklake_table_workarounds', () => false);
  constant('standardize_grants_dict', () => ({}));
  constant('date_function', () => 'now()');
  constant('get_binding_char', () => '?');
  constant('valid_incremental_strategies', () => [...incrementalStrategies]);
  return methods;
}

function isDucklake(scope: RenderScope, relation: unknown): boolean {
  if (!(relation instanceof Relation) || relation.database === null) return false;
  return scope.project.target.attach.some((one) => {
    const ducklake = one.type === 'ducklake' || one.path.startsWith('ducklake:');
    return ducklake && one.alias === relation.database;
  });
}
