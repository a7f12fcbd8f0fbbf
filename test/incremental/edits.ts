import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, extname, join } from 'node:path';
import type { Random } from '../support/random.ts';
import type { Surroundings } from './outcome.ts';
import { brokenTexts, macroTexts, modelTexts, propertyTexts } from './texts.ts';

/** What edits may change beside files. */
export type Changeable = { -readonly [Key in keyof Surroundings]: Surroundings[Key] };

type Edit = (at: Changeable, random: Random) => string;

/** Makes one edit as a person at work would, and says what it was. */
export function editAtRandom(at: Changeable, random: Random): string {
  return random.pick(edits)(at, random);
}

const edits: readonly Edit[] = [
  writeModel,
  writeModel,
  writeModel,
  breakOrMend,
  changeFile,
  changeFile,
  renameFile,
  deleteFile,
  writeMacros,
  writeMacros,
  writeProperties,
  writeProperties,
  shiftLines,
  writeSeed,
  writeDocs,
  changeProjectFile,
  changeProjectFile,
  changePackage,
  changeEnvironment,
  changeCommandLine,
  changeProfile,
];

function write(at: Changeable, path: string, text: string): string {
  const file = join(at.folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return `write ${path}: ${text}`;
}

/** Files of the project that an edit may touch, in order. */
function filesOf({ folder }: Changeable, extensions: readonly string[]): string[] {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return all
    .filter((path) => extensions.includes(extname(path)) && !/^(dbt_project|profiles|packages)\.yml$/.test(path))
    .sort();
}

function addedName(random: Random): string {
  return `added_${random.below(4)}`;
}

function writeModel(at: Changeable, random: Random): string {
  return write(at, `models/${addedName(random)}.sql`, random.pick(modelTexts));
}

/** A mistake in a file of its own, which the next such edit mostly mends. */
function breakOrMend(at: Changeable, random: Random): string {
  return write(at, 'models/broken.sql', random.pick([...brokenTexts, ...modelTexts]));
}

function changeFile(at: Changeable, random: Random): string {
  const path = random.pick(filesOf(at, ['.sql', '.csv', '.md', '.yml']));
  const file = join(at.folder, path);
  if (extname(path) === '.yml') appendFileSync(file, '\n# a remark\n');
  else if (extname(path) === '.csv') appendFileSync(file, `${readFileSync(file, 'utf8').split('\n').at(-2)}\n`);
  else writeFileSync(file, random.pick([`${readFileSync(file, 'utf8')}\n-- more`, ` \n${readFileSync(file, 'utf8')}`]));
  return `change ${path}`;
}

function renameFile(at: Changeable, random: Random): string {
  const path = random.pick(filesOf(at, ['.sql', '.csv', '.yml']));
  const other = join(dirname(path), `renamed_${random.below(100)}${extname(path)}`);
  renameSync(join(at.folder, path), join(at.folder, other));
  return `rename ${path} to ${other}`;
}

function deleteFile(at: Changeable, random: Random): string {
  const path = random.pick(filesOf(at, ['.sql', '.csv', '.md', '.yml']));
  rmSync(join(at.folder, path));
  return `delete ${path}`;
}

function writeMacros(at: Changeable, random: Random): string {
  return write(at, `macros/added_${random.below(5)}.sql`, `${'\n'.repeat(random.below(2))}${random.pick(macroTexts)}`);
}

function writeProperties(at: Changeable, random: Random): string {
  const models = filesOf(at, ['.sql']).filter((path) => path.startsWith('models/'));
  const name = random.pick([...models, 'added_1', 'added_2']).replace(/^.*\/|\.sql$/g, '');
  const text = random.pick(propertyTexts).replaceAll('NAME', name);
  return write(at, `models/added_${random.below(4)}.yml`, `version: 2\n${text}`);
}

function shiftLines(at: Changeable, random: Random): string {
  const files = filesOf(at, ['.yml']);
  if (files.length === 0) return 'nothing';
  const path = random.pick(files);
  const file = join(at.folder, path);
  writeFileSync(file, `# one line more\n${readFileSync(file, 'utf8')}`);
  return `shift ${path}`;
}

function writeSeed(at: Changeable, random: Random): string {
  return write(at, `seeds/${addedName(random)}.csv`, `a,b\n1,${random.below(10)}\n`);
}

function writeDocs(at: Changeable, random: Random): string {
  return write(at, 'models/added.md', `{% docs added %}text ${random.below(5)}{% enddocs %}`);
}

function changeProjectFile(at: Changeable, random: Random): string {
  const file = join(at.folder, 'dbt_project.yml');
  const text = readFileSync(file, 'utf8').replace(/\n# added[\s\S]*$/, '');
  const keys = [
    `vars: {tag: ${random.pick(['red', 'blue'])}, n: ${random.below(3)}, list: [${random.below(3)}]}`,
    `vars: {severity: error, schema: s${random.below(3)}, helper: {tag: green}}`,
    `models: {+tags: [all${random.below(2)}], +schema: "{{ env_var('EDITOR_NAME', 'plain') }}"}`,
    `models: {+meta: {m: ${random.below(3)}}, +enabled: ${random.pick(['true', 'false'])}}`,
    `tests: {+severity: ${random.pick(['warn', 'error'])}}`,
    `on-run-start: ["select {{ shade('start') }}"]`,
    `dispatch: [{macro_namespace: helper, search_order: [helper${random.pick(['', ', dbt'])}]}]`,
    `quoting: {identifier: ${random.pick(['true', 'false'])}}`,
  ];
  const [key, other] = [random.pick(keys), random.pick(keys)];
  const added = key.split(':')[0] === other.split(':')[0] ? key : `${key}\n${other}`;
  const names = added.split('\n').map((line) => line.split(':')[0] ?? '');
  // A key that the project has itself is left alone: it would stand twice.
  const lines = added.split('\n').filter((_, index) => !new RegExp(`^${names[index]}:`, 'm').test(text));
  writeFileSync(file, lines.length === 0 ? text : `${text.trimEnd()}\n# added\n${lines.join('\n')}\n`);
  return `dbt_project.yml: ${lines.join('; ')}`;
}

function changePackage(at: Changeable, random: Random): string {
  const folder = 'dbt_packages/helper';
  if (random.below(4) === 0 && existsSync(join(at.folder, folder))) {
    rmSync(join(at.folder, folder), { recursive: true });
    return 'delete the package';
  }
  write(at, `${folder}/dbt_project.yml`, `name: helper\nversion: '1.${random.below(2)}'\nvars: {tag: package}\n`);
  const texts = random.pick([0, 1]) === 0 ? macroTexts : modelTexts;
  const path = texts === macroTexts ? `macros/added_${random.below(3)}.sql` : `models/helped_${random.below(2)}.sql`;
  return write(at, `${folder}/${path}`, random.pick(texts));
}

function changeEnvironment(at: Changeable, random: Random): string {
  const name = random.pick(['EDITOR_NAME', 'MISSING_ONE', 'DBT_ENV_CUSTOM_ENV_A', ...Object.keys(at.env)]);
  const value = random.pick(['one', 'two', '']);
  const { [name]: _, ...rest } = at.env;
  at.env = value === '' ? rest : { ...rest, [name]: value };
  return `environment ${name}=${value}`;
}

function changeCommandLine(at: Changeable, random: Random): string {
  if (random.below(2) === 0) at.vars = random.pick([{}, { tag: 'cli' }, { n: 7, list: [9] }]);
  else at.flags = random.pick([{}, { FULL_REFRESH: true }, { WHICH: 'ls' }, { STORE_FAILURES: true }]);
  return `command line: ${JSON.stringify([at.vars, at.flags])}`;
}

function changeProfile(at: Changeable, random: Random): string {
  const file = join(at.folder, 'profiles.yml');
  const text = readFileSync(file, 'utf8');
  const schema = `schema: ${random.pick(['main', 's1'])}`;
  writeFileSync(file, text.replace(/schema: \w+/, schema).replace(/threads: \d/, `threads: ${1 + random.below(3)}`));
  return `profile: ${schema}`;
}
