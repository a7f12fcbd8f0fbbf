import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Diagnostic, error } from '../diagnostics.ts';
import { repr } from '../jinja/values/index.ts';
import type { Fixture, UnitTestNode } from '../manifest/nodes.ts';
import type { Located } from '../project/located.ts';
import type { Project } from '../project/project.ts';
import { csvRows } from './csv-rows.ts';
import { stem } from './new-node.ts';
import { recordOf } from './read-values.ts';

type Row = Readonly<Record<string, unknown>>;

/** What the rows of a fixture are read with. */
export interface FixtureReading {
  readonly project: Project;
  readonly packageName: string;
  /** The name of the unit test. */
  readonly test: string;
  /** The entry of the fixture: `given.0`, `expect`. */
  readonly entry: Located;
  /** The file of the seed that the input refers to: its rows count where the entry gives none. */
  readonly seedFile: () => string | undefined;
  readonly report: (finding: Diagnostic) => void;
}

/** The rows of an input or of the expectation, as dbt reads them: from the entry, from a file under `tests/fixtures`, or from a seed. */
export function readFixture(data: Row, reading: FixtureReading): Fixture {
  const format = data.format === 'csv' || data.format === 'sql' ? data.format : 'dict';
  const fixture = typeof data.fixture === 'string' ? data.fixture : null;
  const made: Fixture = { rows: null, format, fixture };
  const written = format !== 'dict' && fixture !== null ? fileOf(fixture, reading) : data.rows;
  if (written === undefined && fixture !== null && format !== 'dict') return made;
  if (format === 'sql') made.rows = typeof written === 'string' ? written : wrongRows(reading, 'SQL, one text');
  else if (format === 'csv') {
    const rows = typeof written === 'string' ? csvRows(written) : wrongRows(reading, 'CSV, one text');
    made.rows = withFullRowFirst((rows ?? []).map(emptyAsNone));
  } else made.rows = withFullRowFirst(dictRows(written ?? undefined, reading));
  return made;
}

function dictRows(written: unknown, reading: FixtureReading): readonly Row[] {
  const file = written === undefined ? reading.seedFile() : undefined;
  if (file !== undefined) return csvRows(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  if (Array.isArray(written)) return written.map(recordOf);
  return wrongRows(reading, 'a list of rows') ?? [];
}

function wrongRows({ entry, report, test }: FixtureReading, expected: string): null {
  const format = entry.get('format');
  const message = `The rows of the unit test ${test} are not of its format, which asks for ${expected}.`;
  const hint = 'Formats are dict (the default), csv and sql; csv and sql may name a file: `fixture: NAME`.';
  report(error('project/invalid-value', message, { place: (entry.get('rows') ?? format ?? entry).place, hint }));
  return null;
}

function fileOf(name: string, { entry, packageName, project, report, test }: FixtureReading): string | undefined {
  const own = project.files.filter(({ kind, packageName: owner }) => kind === 'fixture' && owner === packageName);
  const found = own.find(({ path }) => stem(path) === name);
  if (found !== undefined) return found.text.trim();
  const names = own.map(({ path }) => stem(path)).sort();
  const hint = names.length === 0 ? 'Fixtures are files under tests/fixtures.' : `There is ${names.join(', ')}.`;
  const place = (entry.get('fixture') ?? entry).place;
  report(
    error('project/not-found', `The unit test ${test} asks for a fixture "${name}", of which there is no file.`, {
      place,
      hint,
    }),
  );
  return undefined;
}

function emptyAsNone(row: Row): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === '' ? null : value]));
}

/** The first row without a none changes places with the first one, as in dbt: some databases take a column's type from there. */
function withFullRowFirst(rows: readonly Row[]): readonly Row[] {
  const full = rows.findIndex((row) => Object.values(row).every((value) => value !== null));
  if (full <= 0) return rows;
  const [first = {}, other = {}] = [rows[0], rows[full]];
  return rows.map((row, at) => (at === 0 ? other : at === full ? first : row));
}

/** dbt's checksum of a unit test: of the words in which Python prints it. */
export function unitTestChecksum({ expect, given, model, overrides, versions }: UnitTestNode): string {
  const kind = { dict: 'Dict', csv: 'CSV', sql: 'SQL' };
  const words = ({ fixture, format, rows }: Fixture): string =>
    `rows=${repr(rows)}, format=<UnitTestFormat.${kind[format]}: '${format}'>, fixture=${repr(fixture)}`;
  const inputs = given.map((one) => `UnitTestInputFixture(input=${repr(one.input)}, ${words(one)})`);
  const said = [
    model,
    versions === null
      ? 'None'
      : `UnitTestNodeVersions(include=${repr(versions.include)}, exclude=${repr(versions.exclude)})`,
    `[${inputs.join(', ')}]`,
    `UnitTestOutputFixture(${words(expect)})`,
    overrides === null
      ? 'None'
      : `UnitTestOverrides(macros=${repr(overrides.macros)}, vars=${repr(overrides.vars)}, env_vars=${repr(overrides.env_vars)})`,
  ].join('-');
  const texts = given
    .filter(({ fixture }) => fixture)
    .map(({ rows }) => (typeof rows === 'string' ? `-${rows}` : `-${repr(rows)}`));
  return createHash('sha256')
    .update(said + texts.join(''))
    .digest('hex');
}
