import { deprecationCodes } from '@eider/core';
import type { FlagDefinition } from '../../packages/cli/src/flags/flag-kinds.ts';
import { flagTable } from '../../packages/cli/src/flags/flag-table.ts';
import { flagsOfDbt } from '../../packages/cli/src/flags/flags-of-dbt.ts';
import { refusedMembers } from '../../packages/core/src/context/refused-members.ts';
import { behaviorFlags, behaviorNotes, type SettingNote } from '../../packages/core/src/project/behavior-flags.ts';
import { configNotes, isKnownConfig } from '../../packages/core/src/project/known-configs.ts';
import { methodNames } from '../../packages/core/src/select/selection.ts';
import { runInProcess } from '../support/in-process.ts';
import { type DbtFlag, dbtNames, flagsOf } from './dbt-names.ts';
import { entryKeys } from './entry-keys.ts';
import { definedIn, foreignFlag, type Outcome, supported, tryFlag } from './outcomes.ts';
import { tryProfileKey } from './profile-keys.ts';

const introduction = `# What of dbt is supported

Every command, flag, variable, behaviour flag, selection method, config, key of a file and name of templates of dbt-core 1.11 with dbt-duckdb 1.11, and what becomes of it here.
*Supported*: it does what it does in dbt. *No effect*: it is taken, and changes nothing, for the reason given. *Refused*: a message says so.

This page is made by asking: each flag is tried with each command that has it in dbt, each key in a file, each name is looked for in a template. The names come from dbt itself;
a test holds them against the installed one.
`;

/** One row of the page, and of its counts. */
interface Row {
  readonly cells: readonly string[];
  readonly outcome: Outcome;
}

interface Section {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly Row[];
}

/** The page, and how many names of each outcome are on it. `folder` is empty, and may be written to. */
export async function supportedPage(folder: string): Promise<string> {
  const known = await commands(folder);
  const sections = [
    known.section,
    await flags(folder, known.refused),
    variables(),
    projectFlags(),
    methods(),
    configs(),
    await profileKeys(folder),
    ...(await keysOfFiles(folder)),
    await context(folder),
    await members(folder),
    deprecations(),
  ];
  return `${introduction}\n${countTable(sections)}\n${sections.map(sectionText).join('\n')}`;
}

function countTable(sections: readonly Section[]): string {
  const count = ({ rows }: Section, status: Outcome['status']): number =>
    rows.filter(({ outcome }) => outcome.status === status).length;
  const lines = sections.map(
    (one) =>
      `| ${one.title} | ${one.rows.length} | ${count(one, 'supported')} | ${count(one, 'no effect')} | ${count(one, 'refused')} |`,
  );
  return `| | all | supported | no effect | refused |\n|---|---|---|---|---|\n${lines.join('\n')}\n`;
}

function sectionText({ head, rows, title }: Section): string {
  const lines = rows.map(
    ({ cells, outcome }) =>
      `| ${[...cells, outcome.status, outcome.note].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  );
  const names = [...head, 'here', 'because, or instead'];
  return `## ${title}\n| ${names.join(' | ')} |\n|${'---|'.repeat(names.length)}\n${lines.join('\n')}\n`;
}

const code = (text: string): string => `\`${text}\``;

async function commands(folder: string): Promise<{ readonly section: Section; readonly refused: ReadonlySet<string> }> {
  const rows: Row[] = [];
  const refused = new Set<string>();
  for (const name of dbtNames.commands) {
    const { err, out } = await runInProcess(name.split(' '), { cwd: folder, env: { HOME: folder } });
    const no = /eider has no [^\n]*\n?\s*([^\n]*)/.exec(`${out}${err}`);
    if (no !== null) refused.add(name);
    if (/There is no command/.test(err)) throw new Error(`${name}: ${err}`);
    rows.push({
      cells: [code(name)],
      outcome: no === null ? supported : { status: 'refused', note: (no[1] ?? '').trim() },
    });
  }
  return { section: { title: 'Commands', head: ['command'], rows }, refused };
}

/** A command that is refused takes none of its flags; those that it alone has have rows. */
async function flags(folder: string, refused: ReadonlySet<string>): Promise<Section> {
  const taken = dbtNames.commands.filter((command) => !refused.has(command));
  const shared = new Set(taken.flatMap((command) => flagsOf(command).map(longest)));
  const met = new Set<string>();
  const found = new Map<string, { readonly flag: DbtFlag; readonly outcome: Outcome; readonly commands: string[] }>();
  for (const command of dbtNames.commands) {
    for (const flag of flagsOf(command)) {
      if (refused.has(command) && shared.has(longest(flag))) continue;
      // Its other spellings are tried with one command.
      const isMet = met.has(longest(flag));
      met.add(longest(flag));
      const outcome = await outcomeOf(folder, command, isMet ? { ...flag, flags: [longest(flag)] } : flag);
      const key = JSON.stringify([flag.flags, outcome.status]);
      const before = found.get(key);
      if (before === undefined) found.set(key, { flag, outcome, commands: [command] });
      else before.commands.push(command);
    }
  }
  const all = taken.length;
  const rows = [...found.values()]
    .sort((a, b) => longest(a.flag).localeCompare(longest(b.flag)))
    .map(({ commands: of, flag, outcome }) => {
      const where = of.length === all ? 'all' : of.map(code).join(', ');
      return { cells: [flag.flags.map(code).join(' '), where], outcome };
    });
  return { title: 'Flags', head: ['flag', 'commands'], rows };
}

/** The first word by which a flag is sorted. */
function longest({ flags: spellings }: DbtFlag): string {
  return spellings.find((one) => /^--(?!(deprecated-)?no-)/.test(one)) ?? spellings[0] ?? '';
}

/** Of every spelling: they must all be taken, or all be refused. The `--no-` form of what is refused asks for what is anyway. */
async function outcomeOf(folder: string, command: string, flag: DbtFlag): Promise<Outcome> {
  if (flag.flags.includes('--version')) return supported;
  const isRefused = flag.flags.some((one) => foreignFlag(one)?.refused !== undefined);
  const spellings = flag.flags.filter((one) => !isRefused || !/^--(deprecated-)?no-/.test(one));
  const outcomes: Outcome[] = [];
  for (const spelling of spellings) outcomes.push(await tryFlag(folder, command, flag, spelling));
  const [first = supported, ...others] = outcomes;
  const other = others.find((one) => one.status !== first.status);
  if (other !== undefined) throw new Error(`${command} ${flag.flags.join(' ')}: ${first.status} and ${other.status}`);
  return first;
}

const definitions = Object.values(flagTable) as readonly FlagDefinition<unknown>[];

function variables(): Section {
  const flagsWithOne = dbtNames.flags.filter(({ variable }) => variable !== null);
  const names = [...new Set(flagsWithOne.map(({ variable }) => String(variable)))].sort();
  const rows = names.map((name) => {
    const bare = name.replace(/^DBT_(ENGINE_)?/, '');
    return { cells: [code(`DBT_${bare}`), code(`DBT_ENGINE_${bare}`)], outcome: outcomeOfVariable(bare) };
  });
  return { title: 'Variables', head: ['variable', 'or'], rows };
}

function outcomeOfVariable(name: string): Outcome {
  const own = definitions.find(({ env, oldEnv }) => env === name || oldEnv?.name === name);
  if (own !== undefined)
    return own.env === name ? supported : { status: 'supported', note: `the old name of \`DBT_${own.env}\`` };
  const foreign = flagsOfDbt.find(({ env }) => env === name);
  if (foreign === undefined) throw new Error(`DBT_${name} is neither read nor refused`);
  if (foreign.idle !== undefined) return { status: 'no effect', note: foreign.idle };
  return { status: name === 'HOST' ? 'no effect' : 'refused', note: foreign.refused ?? '' };
}

function projectFlags(): Section {
  const rows = dbtNames.projectFlags.map((name) => ({ cells: [code(name)], outcome: outcomeOfProjectFlag(name) }));
  return { title: 'Keys of flags: in dbt_project.yml', head: ['key'], rows };
}

function outcomeOfProjectFlag(name: string): Outcome {
  if (definitions.some(({ projectFlag }) => projectFlag === name)) return supported;
  const foreign = flagsOfDbt.find(({ projectFlag }) => projectFlag === name);
  if (foreign?.idle !== undefined) return { status: 'no effect', note: foreign.idle };
  if (!Object.hasOwn(behaviorFlags, name)) throw new Error(`the flag ${name} is not known`);
  return outcomeOfNote((behaviorNotes as Readonly<Record<string, SettingNote>>)[name]);
}

function outcomeOfNote(note: SettingNote | undefined): Outcome {
  if (note?.refused !== undefined) return { status: 'refused', note: note.refused };
  return note?.idle === undefined ? supported : { status: 'no effect', note: note.idle };
}

function methods(): Section {
  const rows = dbtNames.methods.map((name) => {
    if (!methodNames.some((one) => one === name)) throw new Error(`the method ${name} is not known`);
    return { cells: [code(`${name}:`)], outcome: supported };
  });
  return { title: 'Selection methods', head: ['method'], rows };
}

function configs(): Section {
  const rows = Object.entries(dbtNames.configs).map(([name, kinds]) => {
    if (!isKnownConfig(name)) throw new Error(`the config ${name} is not known`);
    return { cells: [code(name), kinds], outcome: outcomeOfNote(configNotes[name]) };
  });
  return { title: 'Configs', head: ['config', 'of'], rows };
}

/** What a profile may say: each key is tried with a value that dbt-duckdb takes. */
async function profileKeys(folder: string): Promise<Section> {
  const rows: Row[] = [];
  for (const name of dbtNames.profile) rows.push({ cells: [code(name)], outcome: await tryProfileKey(folder, name) });
  return { title: 'Keys of a target in profiles.yml', head: ['key'], rows };
}

/** Names of dbt's own code that templates have no use for. */
const internal: Readonly<Record<string, string>> = {
  _sql_results: 'of dbt itself: `load_result` gives them',
  context_macro_stack: 'of dbt itself',
};

async function context(folder: string): Promise<Section> {
  const members = [
    ...dbtNames.context,
    ...dbtNames.adapter.map((name) => `adapter.${name}`),
    ...dbtNames.exceptions.map((name) => `exceptions.${name}`),
  ];
  const defined = await definedIn(folder, members);
  const rows = members.map((name): Row => {
    const [refused, why] = [refusedMembers[name], internal[name]];
    if (!defined.has(name) && why === undefined) throw new Error(`templates have no ${name}`);
    if (refused !== undefined) return { cells: [code(name)], outcome: { status: 'refused', note: refused } };
    return { cells: [code(name)], outcome: why === undefined ? supported : { status: 'no effect', note: why } };
  });
  return { title: 'Names of templates', head: ['name'], rows };
}

async function keysOfFiles(folder: string): Promise<readonly Section[]> {
  const rows = (await entryKeys(folder)).map(({ isKnown, key, of }) => {
    if (!isKnown) throw new Error(`${of} has no key ${key}`);
    return { cells: [code(key), code(of)], outcome: supported };
  });
  const ofProject = ({ cells }: Row): boolean => cells[1] === code('dbt_project.yml');
  const isOther = (row: Row): boolean => !ofProject(row);
  const head = ['key', 'of'];
  return [
    { title: 'Keys of dbt_project.yml', head, rows: rows.filter(ofProject) },
    { title: 'Keys of property files', head, rows: rows.filter(isOther) },
  ];
}

/** Of the classes in Python behind relations: what templates can do nothing with. */
const ofPython: ReadonlySet<string> = new Set(
  [
    'relation.ADDITIONAL_PROPERTIES relation.Config relation.get_function_config relation.get_function_macro_name relation.items relation.keys',
    'relation.to_msgpack relation.values api.Relation.create_ephemeral_from api.Relation.create_from api.Relation.create_from_source',
    'api.Relation.from_dict api.Relation.from_msgpack api.Relation.json_schema api.Relation.validate',
  ].flatMap((line) => line.split(' ')),
);

async function members(folder: string): Promise<Section> {
  const defined = await definedIn(folder, dbtNames.members);
  const rows = dbtNames.members.map((name): Row => {
    if (defined.has(name) === ofPython.has(name)) throw new Error(`templates have ${name}: ${defined.has(name)}`);
    const refused: Outcome = { status: 'refused', note: 'of the class in Python: undefined here' };
    return { cells: [code(name)], outcome: defined.has(name) ? supported : refused };
  });
  return { title: 'Members of relations and columns', head: ['name'], rows };
}

function deprecations(): Section {
  const rows = Object.entries(deprecationCodes).map(([name, number]) => {
    return { cells: [code(name), number], outcome: supported };
  });
  return { title: 'Deprecations', head: ['warning', 'code'], rows };
}
