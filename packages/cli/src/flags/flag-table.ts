import { choice, choices, type FlagKind, integer, path, seconds, text, toggle, words, yamlText } from './flag-kinds.ts';
import type { Flags } from './flags.ts';

/** One flag: how it is written, which variable sets it, what it is without. */
export interface FlagDefinition<T> {
  readonly kind: FlagKind<NonNullable<T>>;
  readonly long: string;
  readonly short?: string;
  /** Further spellings that dbt knows. */
  readonly aliases?: readonly string[];
  /** `DBT_<env>` and `DBT_ENGINE_<env>`; absent where dbt has no variable for it. */
  readonly env?: string;
  /** Its key under `flags:` in dbt_project.yml, where dbt allows one. */
  readonly projectFlag?: string;
  readonly fallback: T;
  readonly help: string;
}

const levels = ['debug', 'info', 'warn', 'error', 'none'] as const;
const formats = ['default', 'text', 'debug', 'json'] as const;
/** dbt's list, whatever of it there is here. */
const resourceTypes = choices(
  ...['metric', 'semantic_model', 'saved_query', 'source', 'analysis', 'function', 'model', 'test', 'unit_test'],
  ...['exposure', 'snapshot', 'seed', 'default', 'all'],
);

/** Every flag, by the name that it has in `Flags`. */
export const flagTable: { readonly [Name in keyof Flags]: FlagDefinition<Flags[Name]> } = {
  projectDir: {
    kind: path,
    long: '--project-dir',
    env: 'PROJECT_DIR',
    fallback: undefined,
    help: 'folder of dbt_project.yml; default: this one or the nearest above',
  },
  profilesDir: {
    kind: path,
    long: '--profiles-dir',
    env: 'PROFILES_DIR',
    fallback: undefined,
    help: 'folder of profiles.yml; default: the project, then ~/.dbt',
  },
  profile: {
    kind: text,
    long: '--profile',
    env: 'PROFILE',
    fallback: undefined,
    help: 'profile to use instead of the one in dbt_project.yml',
  },
  target: {
    kind: text,
    long: '--target',
    short: '-t',
    env: 'TARGET',
    fallback: undefined,
    help: 'target of the profile',
  },
  targetPath: {
    kind: path,
    long: '--target-path',
    env: 'TARGET_PATH',
    fallback: undefined,
    help: 'folder for artifacts; default: target',
  },
  logPath: {
    kind: path,
    long: '--log-path',
    env: 'LOG_PATH',
    fallback: undefined,
    help: 'folder for eider.log; default: logs',
  },
  vars: {
    kind: yamlText,
    long: '--vars',
    env: 'VARS',
    fallback: '{}',
    help: "variables of the project: '{key: value}'",
  },
  threads: {
    kind: integer(1),
    long: '--threads',
    fallback: undefined,
    help: 'nodes that run at once; default: from the profile',
  },
  select: { kind: words, long: '--select', short: '-s', fallback: [], help: 'nodes to include' },
  models: {
    kind: words,
    long: '--models',
    short: '-m',
    aliases: ['--model'],
    fallback: [],
    help: 'the old name of --select',
  },
  exclude: { kind: words, long: '--exclude', fallback: [], help: 'nodes to leave out' },
  selector: { kind: text, long: '--selector', fallback: undefined, help: 'a selector of selectors.yml' },
  resourceTypes: {
    kind: resourceTypes,
    long: '--resource-type',
    aliases: ['--resource-types'],
    env: 'RESOURCE_TYPES',
    fallback: [],
    help: 'types of nodes to include',
  },
  excludeResourceTypes: {
    kind: resourceTypes,
    long: '--exclude-resource-type',
    aliases: ['--exclude-resource-types'],
    env: 'EXCLUDE_RESOURCE_TYPES',
    fallback: [],
    help: 'types of nodes to leave out',
  },
  indirectSelection: {
    kind: choice('eager', 'cautious', 'buildable', 'empty'),
    long: '--indirect-selection',
    env: 'INDIRECT_SELECTION',
    projectFlag: 'indirect_selection',
    fallback: 'eager',
    help: 'which tests of selected nodes are selected',
  },
  fullRefresh: {
    kind: toggle,
    long: '--full-refresh',
    short: '-f',
    env: 'FULL_REFRESH',
    fallback: false,
    help: 'build incremental models and seeds from nothing',
  },
  failFast: {
    kind: toggle,
    long: '--fail-fast',
    short: '-x',
    env: 'FAIL_FAST',
    projectFlag: 'fail_fast',
    fallback: false,
    help: 'stop at the first failure',
  },
  storeFailures: {
    kind: toggle,
    long: '--store-failures',
    env: 'STORE_FAILURES',
    fallback: false,
    help: 'keep the failing rows of tests in tables',
  },
  takeOver: {
    kind: toggle,
    long: '--take-over',
    fallback: false,
    help: 'take locations and a published path that another state holds',
  },
  withCandidates: {
    kind: toggle,
    long: '--with-candidates',
    fallback: false,
    help: 'read unselected nodes as they were last built, though tests withheld that',
  },
  build: {
    kind: text,
    long: '--build',
    fallback: undefined,
    help: 'commit to write with --to: its number, or how the id of its build begins',
  },
  wait: {
    kind: seconds(3600),
    long: '--wait',
    fallback: undefined,
    help: 'wait for other builds of the same nodes, at most so many seconds (default 3600), instead of running beside them',
  },
  to: { kind: path, long: '--to', fallback: undefined, help: 'file to write instead of the published path' },
  selfContained: { kind: toggle, long: '--self-contained', fallback: false, help: 'put all rows into the file itself' },
  introspect: {
    kind: toggle,
    long: '--introspect',
    env: 'INTROSPECT',
    projectFlag: 'introspect',
    fallback: true,
    help: 'let templates query the database while compiling',
  },
  inline: { kind: text, long: '--inline', fallback: undefined, help: 'this SQL instead of nodes' },
  last: { kind: integer(1), long: '--last', fallback: 20, help: 'how many commits are listed' },
  dryRun: { kind: toggle, long: '--dry-run', fallback: false, help: 'only tell what would be done' },
  limit: { kind: integer(-1), long: '--limit', fallback: 5, help: 'the most rows that are shown; -1: all' },
  output: {
    kind: choice('selector', 'name', 'json', 'path', 'text'),
    long: '--output',
    fallback: 'selector',
    help: 'what is printed of each node',
  },
  outputKeys: { kind: words, long: '--output-keys', fallback: [], help: 'keys for --output json' },
  connection: {
    kind: toggle,
    long: '--connection',
    fallback: false,
    help: 'only try to open the database',
  },
  configDir: {
    kind: toggle,
    long: '--config-dir',
    fallback: false,
    help: 'only say which folder holds profiles.yml, and how to open it',
  },
  children: { kind: toggle, long: '--children', fallback: true, help: 'build the children of what changed' },
  initial: {
    kind: toggle,
    long: '--initial',
    fallback: true,
    help: 'build at the start what is new, changed or left behind',
  },
  poll: {
    kind: seconds(1),
    long: '--poll',
    fallback: undefined,
    help: 'look at the files every so many seconds (default 1; 0: never) instead of waiting for events',
  },
  cleanProjectFilesOnly: {
    kind: toggle,
    long: '--clean-project-files-only',
    env: 'CLEAN_PROJECT_FILES_ONLY',
    fallback: true,
    help: 'refuse to clean outside the project',
  },
  template: {
    kind: choice('minimal', 'lakehouse'),
    long: '--template',
    fallback: undefined,
    help: 'what the project begins with',
  },
  skipProfileSetup: {
    kind: toggle,
    long: '--skip-profile-setup',
    short: '-s',
    fallback: false,
    help: 'write no profiles.yml',
  },
  writeJson: {
    kind: toggle,
    long: '--write-json',
    env: 'WRITE_JSON',
    projectFlag: 'write_json',
    fallback: true,
    help: 'write manifest.json and run_results.json',
  },
  partialParse: {
    kind: toggle,
    long: '--partial-parse',
    env: 'PARTIAL_PARSE',
    projectFlag: 'partial_parse',
    fallback: true,
    help: 'parse only what changed since the last command',
  },
  warnError: {
    kind: toggle,
    long: '--warn-error',
    env: 'WARN_ERROR',
    projectFlag: 'warn_error',
    fallback: false,
    help: 'take warnings for errors',
  },
  quiet: {
    kind: toggle,
    long: '--quiet',
    short: '-q',
    env: 'QUIET',
    projectFlag: 'quiet',
    fallback: false,
    help: 'print errors only',
  },
  debug: {
    kind: toggle,
    long: '--debug',
    short: '-d',
    env: 'DEBUG',
    projectFlag: 'debug',
    fallback: false,
    help: 'print debug lines',
  },
  print: {
    kind: toggle,
    long: '--print',
    env: 'PRINT',
    projectFlag: 'print',
    fallback: true,
    help: 'print what templates print()',
  },
  logFormat: {
    kind: choice(...formats),
    long: '--log-format',
    env: 'LOG_FORMAT',
    projectFlag: 'log_format',
    fallback: undefined,
    help: 'how lines are printed; json: one object a line',
  },
  logFormatFile: {
    kind: choice(...formats),
    long: '--log-format-file',
    env: 'LOG_FORMAT_FILE',
    projectFlag: 'log_format_file',
    fallback: undefined,
    help: 'how lines are written to eider.log; default: as --log-format says, else debug',
  },
  logLevel: {
    kind: choice(...levels),
    long: '--log-level',
    env: 'LOG_LEVEL',
    projectFlag: 'log_level',
    fallback: undefined,
    help: 'least level that is printed; default: info',
  },
  logLevelFile: {
    kind: choice(...levels),
    long: '--log-level-file',
    env: 'LOG_LEVEL_FILE',
    projectFlag: 'log_level_file',
    fallback: undefined,
    help: 'least level in eider.log; default: as --log-level says, else debug',
  },
  logFileMaxBytes: {
    kind: integer(0),
    long: '--log-file-max-bytes',
    env: 'LOG_FILE_MAX_BYTES',
    projectFlag: 'log_file_max_bytes',
    fallback: 10_485_760,
    help: 'size at which eider.log is moved aside; 0: never',
  },
  printerWidth: {
    kind: integer(20),
    long: '--printer-width',
    env: 'PRINTER_WIDTH',
    projectFlag: 'printer_width',
    fallback: 80,
    help: 'width of lines',
  },
  useColors: {
    kind: toggle,
    long: '--use-colors',
    env: 'USE_COLORS',
    projectFlag: 'use_colors',
    fallback: undefined,
    help: 'colours; default: on a terminal, unless NO_COLOR is set; FORCE_COLOR: everywhere',
  },
  useColorsFile: {
    kind: toggle,
    long: '--use-colors-file',
    env: 'USE_COLORS_FILE',
    projectFlag: 'use_colors_file',
    fallback: undefined,
    help: 'colours in eider.log; default: as --use-colors says, else none',
  },
};

export type FlagName = keyof Flags;

/** Flags that every command takes, before or after its name. */
export const globalFlags: readonly FlagName[] = [
  'profile',
  'target',
  'logPath',
  'failFast',
  'indirectSelection',
  'writeJson',
  'partialParse',
  'warnError',
  'quiet',
  'debug',
  'print',
  'logFormat',
  'logFormatFile',
  'logLevel',
  'logLevelFile',
  'logFileMaxBytes',
  'printerWidth',
  'useColors',
  'useColorsFile',
];
