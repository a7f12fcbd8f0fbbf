import { Command, CommanderError, Option } from 'commander';
import { commandLineError } from './flags/command-line-error.ts';
import { commandOf } from './flags/command-of.ts';
import { type FlagName, flagTable, globalFlags } from './flags/flag-table.ts';
import { flagsOfDbt, refuseFlags } from './flags/flags-of-dbt.ts';
import { UsageError } from './flags/usage-error.ts';
import type { Host } from './host.ts';
import type { CommandAction, Invoked } from './invoked.ts';
import { ReportedFailure } from './reported-failure.ts';
import { findingsDocument } from './ui/findings-document.ts';
import { eiderVersion } from './version.ts';

interface CommandRow {
  readonly name: string;
  readonly alias?: string;
  readonly help: string;
  readonly flags: readonly FlagName[];
  /** A word that the command takes beside its flags. */
  readonly argument?: { readonly name: string; readonly help: string };
  /** Any number of words behind that one. */
  readonly further?: { readonly name: string; readonly help: string };
  readonly example: string;
  /** Loaded when the command is run, so that help stays quick. */
  readonly load: () => Promise<CommandAction>;
}

const where = ['projectDir', 'profilesDir', 'targetPath', 'vars'] as const;
const selection = ['select', 'models', 'exclude', 'selector', 'resourceTypes', 'excludeResourceTypes'] as const;
const compiling = [...where, ...selection, 'threads', 'fullRefresh', 'deferTarget'] as const;
const running = [...compiling, 'storeFailures', 'takeOver', 'eventTimeStart', 'eventTimeEnd'] as const;
const once = [...running, 'adopt', 'wait', 'output'] as const;
const building = [...once, 'withCandidates', 'empty', 'sample'] as const;
/** A Delta table of a command that takes one. */
const deltaTable = {
  name: 'table',
  help: 'a Delta table: schema.table as it was landed, a path or a URI; or a node of the project',
};
const runNodes = async (): Promise<CommandAction> => (await import('./commands/run-nodes.ts')).runNodes;

/** Words beside the flags are a selection. */
const selectWords = 'select...';

const commands: readonly CommandRow[] = [
  {
    name: 'init',
    help: 'make a new project that builds at once',
    flags: ['template', 'projectDir', 'profilesDir', 'vars', 'skipProfileSetup'],
    argument: { name: 'name', help: 'name of the project and of its folder' },
    example: 'eider init my_lake --template lakehouse',
    load: async () => (await import('./commands/init.ts')).init,
  },
  {
    name: 'build',
    help: 'run and test everything selected, then publish what is good',
    flags: [...building, 'show'],
    example: 'eider build -s +orders',
    load: runNodes,
  },
  {
    name: 'run',
    help: 'run the selected models and publish them',
    flags: building,
    example: 'eider run -s tag:nightly',
    load: runNodes,
  },
  { name: 'test', help: 'run the selected tests', flags: once, example: 'eider test -s orders', load: runNodes },
  {
    name: 'seed',
    help: 'load the selected CSV files of the project',
    flags: [...once, 'show'],
    example: 'eider seed --full-refresh',
    load: runNodes,
  },
  {
    name: 'snapshot',
    help: 'take the selected snapshots: what is new, changed and gone since the last time',
    flags: [...once, 'empty'],
    example: 'eider snapshot -s tag:nightly',
    load: runNodes,
  },
  {
    name: 'clone',
    help: 'take what another state has of the selected nodes: the same files under the names of this one',
    flags: [...compiling, 'takeOver', 'wait', 'output'],
    example: 'eider clone --defer-target prod, or: eider clone --state path/to/artifacts',
    load: runNodes,
  },
  {
    name: 'retry',
    help: 'run again what failed or was skipped in the last command; go on with one that was killed',
    flags: [...where, 'threads', 'fullRefresh', 'takeOver', 'adopt', 'wait', 'output'],
    example: 'eider retry',
    load: async () => (await import('./commands/retry.ts')).retry,
  },
  {
    name: 'source',
    help: '`source freshness`: tell how old the data of the selected sources is',
    flags: [...where, ...selection, 'threads', 'freshnessOutput'],
    argument: { name: 'freshness', help: 'what is asked of the sources' },
    example: 'eider source freshness -s source:raw',
    load: async () => (await import('./commands/source.ts')).source,
  },
  {
    name: 'watch',
    help: 'build what a save changed, again and again; Ctrl-C ends it',
    flags: [...running, 'children', 'initial', 'poll'],
    argument: { name: selectWords, help: 'nodes to watch, as for --select; all where none is named' },
    example: 'eider watch +orders',
    load: async () => (await import('./commands/watch.ts')).watch,
  },
  {
    name: 'land',
    help: 'put rows of CSV, JSON and Parquet files, or of standard input (-), into a Delta table, each batch once',
    flags: [...where, 'mode', 'key', 'batchId', 'inputFormat', 'widen', 'dryRun', 'output'],
    argument: { name: 'table', help: 'schema.table: of a source that reads Delta, else below landing/ of the root' },
    further: { name: 'files...', help: 'files and URIs; - for standard input' },
    example: 'eider land landing.orders orders/*.csv --mode merge --key order_id',
    load: async () => (await import('./commands/land.ts')).land,
  },
  {
    name: 'optimize',
    help: 'put small files of a Delta table or a node together, or order its rows',
    flags: [...where, 'sortBy', 'zOrder', 'fileSize', 'dryRun', 'output'],
    argument: deltaTable,
    example: 'eider optimize landing.orders --z-order customer_id,day',
    load: async () => (await import('./commands/optimize.ts')).optimize,
  },
  {
    name: 'restore',
    help: 'make a Delta table, or one node, what it was at an older version',
    flags: [...where, 'toCommit', 'toVersion', 'asOf', 'dryRun', 'output'],
    argument: deltaTable,
    example: 'eider restore landing.orders --to-version 12',
    load: async () => (await import('./commands/restore.ts')).restore,
  },
  {
    name: 'compile',
    help: 'write the SQL of the selected nodes to target/compiled',
    flags: [...compiling, 'introspect', 'inline', 'output', 'empty', 'injectEphemeralCtes'],
    example: 'eider compile -s orders',
    load: async () => (await import('./commands/compile.ts')).compile,
  },
  {
    name: 'show',
    help: 'print the first rows of the selected nodes, or of a query; nothing is built',
    flags: [...compiling, 'introspect', 'inline', 'inlineDirect', 'limit', 'output'],
    example: 'eider show -s orders, or: eider show --inline "select * from {{ ref(\'orders\') }}" --limit 10',
    load: async () => (await import('./commands/show.ts')).show,
  },
  {
    name: 'run-operation',
    help: 'call a macro of the project or of a package; nothing is published or dropped',
    flags: [...where, 'threads', 'args'],
    argument: { name: 'macro', help: 'name of the macro, or package.name' },
    example: "eider run-operation grant_all --args '{role: reader}'",
    load: async () => (await import('./commands/run-operation.ts')).runOperation,
  },
  {
    name: 'list',
    alias: 'ls',
    help: 'name the selected nodes',
    flags: [...where, ...selection, 'output', 'outputKeys'],
    example: 'eider ls -s source:landing+ --output json',
    load: async () => (await import('./commands/list.ts')).list,
  },
  {
    name: 'docs',
    help: '`docs generate`: write manifest.json and catalog.json, which say what the project holds and what of it is there',
    flags: [...compiling, 'introspect', 'compile', 'emptyCatalog', 'static'],
    argument: { name: 'generate', help: 'what is done for the documentation' },
    example: 'eider docs generate',
    load: async () => (await import('./commands/docs.ts')).docs,
  },
  {
    name: 'parse',
    help: 'read the project, report what is wrong and write manifest.json',
    flags: [...where, 'threads', 'output'],
    example: 'eider parse --output json',
    load: async () => (await import('./commands/parse.ts')).parse,
  },
  {
    name: 'publish',
    help: 'write the published catalog of the committed state again, or that of any retained one to another file',
    flags: [...where, 'to', 'build', 'selfContained', 'takeOver', 'printUri'],
    example: 'eider publish --to shared.duckdb --self-contained',
    load: async () => (await import('./commands/publish.ts')).publish,
  },
  {
    name: 'history',
    help: 'list the newest commits of the lake, of one node, or of one Delta table',
    flags: [...where, 'last', 'output'],
    argument: deltaTable,
    example: 'eider history --last 50, or: eider history landing.orders',
    load: async () => (await import('./commands/history.ts')).history,
  },
  {
    name: 'rollback',
    help: 'show an older state again: the one before, or the one that is named',
    flags: [...where, 'dryRun', 'output'],
    argument: { name: 'build', help: 'number of a commit, or how the id of its build begins' },
    example: 'eider rollback 12',
    load: async () => (await import('./commands/rollback.ts')).rollback,
  },
  {
    name: 'vacuum',
    help: 'delete what no retained commit and no running build names; of one Delta table, what no version within its retention needs',
    flags: [...where, 'dryRun', 'output', 'retentionHours'],
    argument: deltaTable,
    example: 'eider vacuum --dry-run, or: eider vacuum landing.orders',
    load: async () => (await import('./commands/vacuum.ts')).vacuum,
  },
  {
    name: 'state',
    help: 'tell where the lake lies, how large it is, who builds and what is left to finish',
    flags: [...where, 'output'],
    example: 'eider state -t prod',
    load: async () => (await import('./commands/state.ts')).state,
  },
  {
    name: 'debug',
    help: 'check the profile, DuckDB, extensions and folders, and tell what is wrong',
    flags: [...where, 'connection', 'configDir', 'output'],
    example: 'eider debug -t prod',
    load: async () => (await import('./commands/debug.ts')).debug,
  },
  {
    name: 'extensions',
    help: "list DuckDB's extensions on this machine, or install some: those of the target where none is named",
    flags: [...where, 'from', 'output'],
    argument: { name: 'list|install', help: 'what is done' },
    further: { name: 'names...', help: 'extensions to install' },
    example: 'eider extensions install httpfs --from /media/usb/extensions',
    load: async () => (await import('./commands/extensions.ts')).extensions,
  },
  {
    name: 'deps',
    help: 'install the packages of packages.yml or dependencies.yml',
    flags: ['projectDir', 'profilesDir', 'targetPath', 'vars', 'upgrade', 'lock', 'addPackage', 'source'],
    example: 'eider deps, or: eider deps --add-package dbt-labs/dbt_utils@1.3.0',
    load: async () => (await import('./commands/deps.ts')).deps,
  },
  {
    name: 'clean',
    help: 'delete the folders under clean-targets; never the state of a lake',
    flags: [...where, 'cleanProjectFilesOnly'],
    example: 'eider clean',
    load: async () => (await import('./commands/clean.ts')).clean,
  },
];

/** Reads a command line, runs its command and gives the exit code. Expected failures are printed; only a bug of ours shows a stack. */
export async function runProgram(argv: readonly string[], host: Host): Promise<number> {
  const ends: ((exitCode: number) => void)[] = [];
  const exitCode = await parseAndRun(argv, host, (listener) => ends.push(listener));
  for (const end of ends) end(exitCode);
  return exitCode;
}

async function parseAndRun(
  argv: readonly string[],
  host: Host,
  onEnd: (listener: (exitCode: number) => void) => void,
): Promise<number> {
  let exitCode = 0;
  const names = new Set(commands.flatMap(({ alias, name }) => [name, ...(alias === undefined ? [] : [alias])]));
  const document = findingsDocument(commandOf(argv, names), argv);
  if (document !== undefined) onEnd((code) => host.stdout.write(document.text(code)));
  const listening = document === undefined ? { onEnd } : { onEnd, document };
  const program = programOf(argv, host, listening, (code) => {
    exitCode = code;
  });
  try {
    const [first, second] = argv;
    if (first === 'help' && second !== undefined && !second.startsWith('-') && !names.has(second))
      throw new UsageError(`There is no command "${second}".`, undefined, { word: second, options: [...names] });
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (failure) {
    if (failure instanceof ReportedFailure) return failure.exitCode;
    const said = failure instanceof CommanderError ? commandLineError(failure, argv) : (failure as Error);
    // Help and version come as failures too.
    if (said === null) return (failure as CommanderError).exitCode === 0 ? 0 : 2;
    const { printFailure } = await import('./ui/print-failure.ts');
    return printFailure(said, host, document);
  }
}

function programOf(
  argv: readonly string[],
  host: Host,
  listening: Pick<Invoked, 'onEnd' | 'document'>,
  done: (code: number) => void,
): Command {
  const program = new Command('eider')
    .description('SQL models into open lake files and a published, read-only DuckDB catalog')
    .version(`eider ${eiderVersion()}`, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stderr.write(text),
      // Printed with the other failures, in their form.
      outputError: () => undefined,
    })
    .exitOverride();
  program.addOption(new Option('-V').hideHelp());
  addFlags(program, globalFlags);
  for (const { hasValue, long, short } of flagsOfDbt) {
    const value = hasValue === true ? ' <value>' : '';
    program.addOption(new Option(`${short === undefined ? '' : `${short}, `}${long}${value}`).hideHelp());
    if (hasValue !== true) program.addOption(new Option(long.replace('--', '--no-')).hideHelp());
  }
  for (const row of commands) {
    const command = program
      .command(row.name)
      .description(row.help)
      .addHelpText('after', `\nExample: ${row.example}`)
      .exitOverride();
    if (row.alias !== undefined) command.alias(row.alias);
    if (row.argument !== undefined) command.argument(`[${row.argument.name}]`, row.argument.help);
    if (row.further !== undefined) command.argument(`[${row.further.name}]`, row.further.help);
    addFlags(command, row.flags);
    command.action(async () => {
      const options: Readonly<Record<string, unknown>> = command.optsWithGlobals();
      refuseFlags((long) => options[attribute(long)], host.env);
      const action = await row.load();
      const [name] = command.args;
      const words = name === undefined ? {} : { name, words: command.args };
      const flags = written(command, [...row.flags, ...globalFlags]);
      const commandLine = row.argument?.name === selectWords ? withWords(command, flags) : flags;
      done(await action({ command: row.name, commandLine, ...words, argv, host, ...listening }));
    });
  }
  return program;
}

function addFlags(command: Command, names: readonly FlagName[]): void {
  for (const name of names) {
    const { kind, long, short, aliases = [], help, fallback } = flagTable[name];
    const value = kind.placeholder === '' ? '' : ` ${kind.placeholder}`;
    const positive = new Option(`${short === undefined ? '' : `${short}, `}${long}${value}`, help);
    if (kind.repeats) positive.argParser((each, all: readonly string[] = []) => [...all, each]);
    command.addOption(positive.hideHelp(fallback === true));
    if (kind.placeholder === '') {
      const negative = new Option(long.replace('--', '--no-'), `do not ${help}`);
      command.addOption(negative.hideHelp(fallback !== true));
    }
    for (const alias of aliases) command.addOption(new Option(`${alias}${value}`).hideHelp());
  }
}

/** What was written on the command line, under the names of `Flags`; spellings of one flag are put together. */
function written(command: Command, names: readonly FlagName[]): Partial<Record<FlagName, unknown>> {
  const options: Readonly<Record<string, unknown>> = command.optsWithGlobals();
  const result: Partial<Record<FlagName, unknown>> = {};
  for (const name of names) {
    const { long, aliases = [] } = flagTable[name];
    const values = [long, ...aliases].map((flag) => options[attribute(flag)]).filter((value) => value !== undefined);
    if (values.length > 0) result[name] = values.every(Array.isArray) ? values.flat() : values[0];
  }
  return result;
}

function withWords(command: Command, flags: ReturnType<typeof written>): ReturnType<typeof written> {
  const select = [...command.args, ...(Array.isArray(flags.select) ? flags.select : [])];
  return select.length === 0 ? flags : { ...flags, select };
}

/** Commander's name for `--some-flag`. */
function attribute(flag: string): string {
  return flag.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
