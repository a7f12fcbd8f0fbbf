import { behaviorFlags } from '@eider/core';
import { commandOf } from '../flags/command-of.ts';
import type { Flags } from '../flags/flags.ts';
import { sampleText } from '../flags/sample.ts';

/** What was written for a command, and where its flags may stand beside that. */
export interface ArgSources {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `flags:` of dbt_project.yml; empty before the project is read. */
  readonly project: Readonly<Record<string, unknown>>;
}

/** dbt's flags that change nothing here, and so are in no `Flags`, with their defaults. */
const unused: Readonly<Record<string, boolean>> = {
  cache_selected_only: false,
  macro_debugging: false,
  partial_parse_file_diff: true,
  populate_cache: true,
  send_anonymous_usage_stats: true,
  show_all_deprecations: false,
  show_resource_report: false,
  static_parser: true,
  strict_mode: false,
  upload_to_artifacts_ingest_api: false,
  use_fast_test_edges: false,
};

/** dbt's switches of old behaviour; of the one that dbt-core leaves out nothing is written. */
const { require_event_names_in_deprecations: _unwritten, ...behaviors } = behaviorFlags;

/** What dbt has for a command beside what every command has. */
const ofCommand: Readonly<Record<string, readonly string[]>> = {
  build: [
    'select',
    'exclude',
    'resource_types',
    'exclude_resource_types',
    'empty',
    'saved_queries',
    'show',
    'sqlparse',
  ],
  run: ['select', 'exclude', 'empty', 'sqlparse'],
  test: ['select', 'exclude', 'resource_types', 'exclude_resource_types', 'sqlparse'],
  seed: ['select', 'exclude', 'show', 'sqlparse'],
  snapshot: ['select', 'exclude', 'empty', 'sqlparse'],
  clone: ['select', 'exclude', 'resource_types', 'exclude_resource_types'],
  compile: ['select', 'exclude', 'empty', 'output', 'inject_ephemeral_ctes', 'sqlparse'],
  show: ['select', 'exclude', 'output', 'limit', 'sqlparse'],
  docs: ['select', 'exclude', 'compile', 'empty_catalog', 'static', 'sqlparse'],
  source: ['select', 'exclude', 'sqlparse'],
};

const listNames: ReadonlySet<string> = new Set(['list', 'ls']);

/** What dbt calls a command in `flags.WHICH` and in artifacts: these two by their last word, `list` as it was typed. */
function dbtCommand(command: string, argv: readonly string[]): string {
  if (command === 'list') return commandOf(argv, listNames) ?? command;
  return { docs: 'generate', source: 'freshness' }[command] ?? command;
}

/**
 * The flags of a command as dbt writes them into `run_results.json`: every one that dbt's command has, with what it was or would have been; what is off, or
 * unset, where dbt leaves it out then; and our own flags where they are set.
 */
export function flagArgs(
  command: string,
  flags: Flags,
  sources: ArgSources,
  vars: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return {
    which: dbtCommand(command, sources.argv),
    invocation_command: ['eider', ...sources.argv].join(' '),
    ...selectionArgs(command, flags, commandOf(sources.argv, new Set(['retry'])) === 'retry'),
    ...given(flags),
    vars,
    defer: flags.defer,
    favor_state: flags.favorState,
    indirect_selection: flags.indirectSelection,
    introspect: flags.introspect,
    log_format: flags.logFormat ?? 'default',
    log_level: flags.logLevel ?? 'info',
    log_format_file: flags.logFormatFile ?? flags.logFormat ?? 'debug',
    log_level_file: flags.logLevelFile ?? flags.logLevel ?? 'debug',
    log_file_max_bytes: flags.logFileMaxBytes,
    partial_parse: flags.partialParse,
    print: flags.print,
    printer_width: flags.printerWidth,
    quiet: flags.quiet,
    use_colors: flags.useColors ?? true,
    use_colors_file: flags.useColorsFile ?? flags.useColors ?? true,
    version_check: flags.versionCheck,
    warn_error_options: flags.warnErrorOptions ?? { error: [], warn: [], silence: [] },
    write_json: flags.writeJson,
    ...Object.fromEntries(Object.entries(unused).map(([key, value]) => [key, switched(key, sources) ?? value])),
    ...Object.fromEntries(Object.entries(behaviors).map(([key, value]) => [key, sources.project[key] ?? value])),
  };
}

/** What a command has beside its selection that others have not; a selection of types that dbt's command knows none of, where it is made. */
function selectionArgs(command: string, flags: Flags, isRetry: boolean): Record<string, unknown> {
  const has = new Set(ofCommand[command] ?? []);
  const limit = isRetry ? 'None' : null;
  const values: Readonly<Record<string, unknown>> = {
    select: [...flags.select, ...flags.models],
    exclude: flags.exclude,
    resource_types: flags.resourceTypes,
    exclude_resource_types: flags.excludeResourceTypes,
    empty: flags.empty,
    show: flags.show,
    output: flags.output === 'json' ? 'json' : 'text',
    limit: flags.limit,
    inject_ephemeral_ctes: flags.injectEphemeralCtes,
    compile: flags.compile,
    empty_catalog: flags.emptyCatalog,
    static: flags.static,
    // `retry` reads them back from a command line that it makes.
    sqlparse: { MAX_GROUPING_DEPTH: limit, MAX_GROUPING_TOKENS: limit },
  };
  const isSet = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : value === true);
  const kept = Object.entries(values).filter(
    ([key, value]) => has.has(key) || (/types$|^empty$/.test(key) && isSet(value)),
  );
  const queries = has.has('saved_queries') ? { export_saved_queries: false, include_saved_query: false } : {};
  return { ...Object.fromEntries(kept), ...queries };
}

/** Flags that stand there only where they say something. */
function given(flags: Flags): Record<string, unknown> {
  const values: Readonly<Record<string, unknown>> = {
    selector: flags.selector,
    threads: flags.threads,
    target: flags.target,
    profile: flags.profile,
    target_path: flags.targetPath,
    state: flags.state && plainPath(flags.state),
    defer_state: flags.deferState && plainPath(flags.deferState),
    event_time_start: flags.eventTimeStart && momentText(flags.eventTimeStart),
    event_time_end: flags.eventTimeEnd && momentText(flags.eventTimeEnd),
    sample: flags.sample && sampleText(flags.sample),
    inline: flags.inline,
    debug: flags.debug || undefined,
    full_refresh: flags.fullRefresh || undefined,
    fail_fast: flags.failFast || undefined,
    store_failures: flags.storeFailures || undefined,
    warn_error: flags.warnError || undefined,
    defer_target: flags.deferTarget,
    take_over: flags.takeOver || undefined,
    with_candidates: flags.withCandidates || undefined,
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** How a switch without meaning was set; undefined where nobody did. */
function switched(key: string, { argv, env, project }: ArgSources): boolean | undefined {
  const flag = key.replaceAll('_', '-');
  if (argv.includes(`--no-${flag}`)) return false;
  if (argv.includes(`--${flag}`)) return true;
  const inEnvironment = env[`DBT_ENGINE_${key.toUpperCase()}`] ?? env[`DBT_${key.toUpperCase()}`];
  if (inEnvironment) return /^(1|t|true|y|yes|on)$/i.test(inEnvironment);
  return typeof project[key] === 'boolean' ? project[key] : undefined;
}

/** A path as Python writes it: `state` for `./state/`. */
function plainPath(path: string): string {
  const plain = path.replace(/\/(?:\.?(?:\/|$))+/g, '/').replace(/^\.\/(?=.)/, '');
  return plain.replace(/(?<=.)\/$/, '');
}

/** As dbt writes a moment of its command line. */
function momentText(moment: Date): string {
  return moment.toISOString().slice(0, 19);
}
