import type { Callable } from '../jinja/values/index.ts';
import { hostFunction, optional, repr, Tuple, toStr, truth } from '../jinja/values/index.ts';
import { adapterBehaviorFlags } from '../project/behavior-flags.ts';
import { emptyTable } from './agate/agate-table.ts';
import { constraintMethods } from './constraint-methods.ts';
import { databaseMethods } from './database-methods.ts';
import type { DatabasePort } from './database-port.ts';
import { dispatchFunction, implementation, searchPackages } from './dispatch.ts';
import { incrementalStrategies, incrementalStrategyMacro } from './incremental-strategy.ts';
import { findAnywhere, isInternalPackage, type Macro } from './macro-library.ts';
import { modelMethods } from './model-methods.ts';
import { membersOf, Namespace } from './namespace.ts';
import { refusedCalls } from './refused-members.ts';
import type { RelationPrinter } from './relation.ts';
import { Relation } from './relation.ts';
import { relationClass } from './relation-class.ts';
import type { RenderContext } from './render-context.ts';
import type { RenderScope } from './render-scope.ts';
import { templateError } from './template-error.ts';
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
      case 'behavior':
        return behaviorOf(scope);
      case 'get_incremental_strategy_macro':
        return options.execute ? incrementalStrategyMacro(scope, context) : parseMethods.get_relation;
    }
    const replaced = options.execute && macroMethods.has(name) ? replacement(scope, name) : undefined;
    if (replaced !== undefined) return context.unnoted(replaced);
    const plain = plainMethodsOf(scope);
    database ??= options.execute
      ? waiting(databaseMethods(options.port, options.printer, (text) => scope.onPrint(text)))
      : parseMethods;
    const methods = Object.hasOwn(database, name) ? database : plain;
    return Object.hasOwn(methods, name) ? methods[name] : undefined;
  };
  return new Namespace(`dbt.context.providers.${options.execute ? 'Runtime' : 'Parse'}DatabaseWrapper`, member);
}

/** The methods that dbt runs by macros of their names. */
const macroMethods: ReadonlySet<string> = new Set([
  ...['get_columns_in_relation', 'create_schema', 'drop_schema'],
  ...['drop_relation', 'rename_relation', 'truncate_relation'],
]);

/** What the project or a package has in the place of dbt's macro of a name, or of what that one dispatches to. */
function replacement(scope: RenderScope, name: string): Macro | undefined {
  const named = findAnywhere(scope.macros, name);
  if (named !== undefined && !isInternalPackage(named.node.package_name)) return named;
  const searched = searchPackages(scope, 'dbt');
  const before = searched.slice(0, searched.indexOf('dbt'));
  return implementation(before, name, (owner, macro) => scope.macros.byPackage.get(owner ?? '')?.get(macro));
}

/** What asks the database gives promises. */
function waiting(methods: Readonly<Record<string, Callable>>): Readonly<Record<string, Callable>> {
  for (const method of Object.values(methods)) Object.assign(method, { __waits__: true });
  return methods;
}

const plainMethodsByScope = new WeakMap<RenderScope, Readonly<Record<string, Callable>>>();

function plainMethodsOf(scope: RenderScope): Readonly<Record<string, Callable>> {
  const known = plainMethodsByScope.get(scope) ?? plainMethods(scope);
  plainMethodsByScope.set(scope, known);
  return known;
}

/** What `flags:` of the root project's dbt_project.yml says of behaviour changes. */
function behaviorOf({ project }: RenderScope): Namespace {
  return new Namespace('dbt_common.behavior_flags.Behavior', (name) => {
    if (!adapterBehaviorFlags.includes(name))
      throw templateError('jinja/render', `The flag ${name} has not been registered.`);
    const setting = project.packages[0]?.flags[name] ?? false;
    const members = membersOf({ name, setting, no_warn: setting });
    return new Namespace('dbt_common.behavior_flags.BehaviorFlagRendered', members, { isTrue: () => truth(setting) });
  });
}

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
  answer('get_columns_in_relation get_columns_in_table get_missing_columns', () => []);
  answer('valid_snapshot_target assert_valid_snapshot_target_given_strategy get_hard_deletes_behavior', () => null);
  answer('get_column_schema_from_query', () => []);
  answer('already_exists check_schema_exists location_exists', () => false);
  answer('execute', () => Tuple.from(['', emptyTable()]));
  return methods;
}

function plainMethods(scope: RenderScope): Readonly<Record<string, Callable>> {
  const { target } = scope.project;
  const methods: Record<string, Callable> = {
    ...constraintMethods,
    ...modelMethods,
    ...refusedCalls('adapter.'),
    quote: hostFunction('quote', ['identifier'], (identifier) => `"${toStr(identifier)}"`),
    quote_as_configured: hostFunction('quote_as_configured', ['identifier', 'quote_key'], (identifier, key) =>
      isQuoted(scope, toStr(key)) ? `"${toStr(identifier)}"` : toStr(identifier),
    ),
    quote_seed_column: hostFunction('quote_seed_column', ['column', optional('quote_config')], seedColumn),
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
  for (const action of ['added', 'dropped', 'renamed']) {
    const name = `cache_${action}`;
    methods[name] = hostFunction(name, ['*relations', '**kwargs'], (relations) => cached(action, relations));
  }
  methods.expand_target_column_types = hostFunction(
    'expand_target_column_types',
    ['from_relation', 'to_relation'],
    () => null,
  );
  constant('build_catalog_relation ensure_transaction', () => null);
  constant('commit', () => null);
  constant('is_motherduck disable_transactions use_ducklake_table_workarounds', () => false);
  constant('get_binding_char', () => '?');
  constant('valid_incremental_strategies', () => [...incrementalStrategies]);
  return methods;
}

/** Whether a part of relations' names is quoted: by default all three are. */
function isQuoted(scope: RenderScope, part: string): boolean {
  const isPart = part === 'database' || part === 'schema' || part === 'identifier';
  return isPart && scope.quoting[part] !== false;
}

function seedColumn(column: unknown, quote: unknown): string {
  if (quote === null || typeof quote === 'boolean') return quote === false ? toStr(column) : `"${toStr(column)}"`;
  throw templateError(
    'config/invalid',
    `The seed configuration value of "quote_columns" is ${repr(quote)}, which is neither true nor false`,
    'Write true or false.',
  );
}

/** dbt keeps a cache of relations, which macros tell what they do; eider asks the database each time. */
function cached(action: string, relations: readonly unknown[]): string {
  if (!relations.includes(null)) return '';
  throw templateError('jinja/render', `A relation is needed for cache_${action}(), and this is none: None`);
}

function isDucklake(scope: RenderScope, relation: unknown): boolean {
  if (!(relation instanceof Relation) || relation.database === null) return false;
  return scope.project.target.attach.some((one) => {
    const ducklake = one.type === 'ducklake' || one.path.startsWith('ducklake:');
    return ducklake && one.alias === relation.database;
  });
}
