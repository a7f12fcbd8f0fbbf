import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ForeignFlag, flagsOfDbt } from '../../packages/cli/src/flags/flags-of-dbt.ts';
import { runInProcess } from '../support/in-process.ts';
import type { DbtFlag } from './dbt-names.ts';

/** What becomes of something of dbt's: it does what it does there, it is taken and changes nothing, or it is refused. */
export interface Outcome {
  readonly status: 'supported' | 'no effect' | 'refused';
  readonly note: string;
}

export const supported: Outcome = { status: 'supported', note: '' };

const values: Readonly<Record<string, string>> = {
  DateTime: '2024-01-02',
  YAML: '{}',
  SampleType: '3 days',
  WarnErrorOptionsType: '{}',
  SqlParseOptionsType: '{}',
  number: '30',
  'any text': 'some',
};
/** Words that a command needs beside its flags. */
const needed: Readonly<Record<string, readonly string[]>> = { init: ['shop'], 'run-operation': ['m'] };
/** What says that a command line is in order: it comes to where the project is missing. */
const inOrder =
  /no dbt_project\.yml|\[project\/not-found\]|no profiles\.yml|--event-time-(start|end)|Made |already|find previous run/;

/** Runs a command of dbt with one of its flags in a folder without a project, and tells whether the flag was taken. */
export async function tryFlag(folder: string, command: string, flag: DbtFlag, spelling: string): Promise<Outcome> {
  const value = flag.takes === 'nothing' ? [] : [values[flag.takes] ?? flag.takes];
  const [first = '', ...more] = command.split(' ');
  const argv = [first, ...more, ...(needed[command] ?? []), spelling, ...value];
  const { code, err, out } = await runInProcess(argv, { cwd: folder, env: { HOME: folder } });
  const said = `${out}${err}`;
  const no = /eider has no [^\n]*\n?\s*([^\n]*)/.exec(said);
  if (no !== null) return { status: 'refused', note: (no[1] ?? '').trim() };
  const foreign = foreignFlag(spelling);
  // A command line that is refused ends with 2.
  const isTaken = code < 2 || inOrder.test(said);
  if (!isTaken) throw new Error(`${argv.join(' ')}: ${code} ${said}`);
  return foreign?.idle === undefined ? supported : { status: 'no effect', note: foreign.idle };
}

export function foreignFlag(spelling: string): ForeignFlag | undefined {
  const long = spelling.replace(/^--no-/, '--');
  return flagsOfDbt.find((one) => one.long === long || one.short === spelling);
}

/** Which of some expressions are defined in a model's template. */
export async function definedIn(folder: string, names: readonly string[]): Promise<ReadonlySet<string>> {
  const project = join(folder, 'defined');
  mkdirSync(join(project, 'models'), { recursive: true });
  writeFileSync(join(project, 'dbt_project.yml'), 'name: shop\nprofile: shop\n');
  writeFileSync(
    join(project, 'profiles.yml'),
    'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n',
  );
  const head = "{% set relation = this %}{% set column = api.Column('a', 'integer') %}";
  const lines = names.map((name) => `{{ log('has ${name} ' ~ (${name} is defined), info=true) if execute }}`);
  writeFileSync(join(project, 'models/names.sql'), `${head}${lines.join('\n')}\nselect 1 as id`);
  const argv = ['compile', '--no-introspect', '--profiles-dir', project];
  const { out } = await runInProcess(argv, { cwd: project, env: { HOME: project } });
  return new Set([...out.matchAll(/has (\S+) True/g)].map((match) => match[1] ?? ''));
}
