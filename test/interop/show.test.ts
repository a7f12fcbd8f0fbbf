import { cpSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eiderCommand } from '../support/eider.ts';
import { type ProgramResult, runProgram } from '../support/run-program.ts';
import { type SmallProject, smallProject } from '../support/small-project.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';
import { findPeers } from './peers.ts';

// What people and scripts read: `show` prints what dbt's prints, and JSON logs have dbt's events with dbt's keys.

const { dbtPython, home } = findPeers();

const values = [
  '1 as i, 170141183460469231731687303715884105727::hugeint as h, 1.50::decimal(10,2) as d, 12345.678912::double as f, 1e20::double as big',
  "null::int as n, true as b, 'text' as s, '' as empty, date '2024-01-02' as dt, timestamp '2024-01-02 03:04:05.5' as ts",
  "time '03:04:05.5' as tm, '8f2c2f7e-5f3c-4c1e-9e0c-0b8f6ad2c111'::uuid as u, 'a'::enum('a', 'b') as e",
  "[1, 2, null] as l, {'a': date '2024-01-02', 'x': 1.5::decimal(3,2), 't': timestamp '2024-01-01'} as st, map {1: 'k'} as m",
].join(', ');

let project: SmallProject;
/** dbt's own copy: both write `target` and the database. */
const dbtFolder = temporaryFolder('show-dbt');

beforeAll(async () => {
  project = smallProject('show', {
    materialized: 'table',
    models: {
      types: `select ${values}`,
      none: 'select 1 as a, 2.5 as b where false',
      over: "select i, s from {{ ref('types') }}",
      failing: 'select * from (values (1), (1), (2)) t(id)',
    },
    files: {
      'models/schema.yml': 'models: [{name: failing, columns: [{name: id, data_tests: [unique, not_null]}]}]\n',
      'seeds/people.csv': 'id,name\n1,ann\n2,bob\n',
    },
    project: 'on-run-end: ["select 1"]',
  });
  cpSync(project.folder, dbtFolder, { recursive: true });
  await dbt('build');
  await eider('build');
});
afterAll(() => {
  removeFolder(project.folder);
  removeFolder(dbtFolder);
});

function dbt(...parameters: readonly string[]): Promise<ProgramResult> {
  const command = [dbtPython, '-c', 'from dbt.cli.main import cli; cli()', ...parameters, '--profiles-dir', dbtFolder];
  const env = { HOME: home, DBT_SEND_ANONYMOUS_USAGE_STATS: '0', NO_COLOR: '1' };
  return runProgram(command, { cwd: dbtFolder, env });
}

function eider(...parameters: readonly string[]): Promise<ProgramResult> {
  return runProgram([...eiderCommand(), ...parameters], { cwd: project.folder, env: { HOME: home, NO_COLOR: '1' } });
}

describe('show', () => {
  test.each<[string, readonly string[]]>([
    ['every type of value', ['-s', 'types']],
    ['a model over another', ['-s', 'over']],
    ['no row', ['-s', 'none']],
    ['a seed', ['-s', 'people']],
    ['the rows that a test found', ['-s', 'unique_failing_id']],
    ['a query', ['--inline', "select i, i / 3 as third, -1234567.5::decimal(18, 3) as d from {{ ref('types') }}"]],
  ])('prints %s as dbt does, as text and as JSON', async (_, what) => {
    const text = [await dbt('-q', 'show', ...what), await eider('-q', 'show', ...what)];
    expect(text[1]?.stdout).toBe(text[0]?.stdout);
    const json = [
      await dbt('-q', 'show', '--output', 'json', ...what),
      await eider('-q', 'show', '--output', 'json', ...what),
    ];
    expect(JSON.parse(json[1]?.stdout ?? '')).toEqual(JSON.parse(json[0]?.stdout ?? ''));
  });

  test('ends with dbt’s exit code where a query fails', async () => {
    const what = ['show', '--inline', 'select nope'];
    expect((await eider(...what)).exitCode).toBe((await dbt(...what)).exitCode);
  });
});

interface Event {
  readonly info: { readonly name: string; readonly code: string; readonly level: string };
  readonly data: Readonly<Record<string, unknown>>;
}

function eventsOf({ stdout }: ProgramResult): ReadonlyMap<string, Event> {
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
  return new Map(events.map((event) => [event.info.name, event]));
}

/** Of dbt's events: those about its own cache, connections, telemetry and adapter, which have no counterpart. */
const dbtAlone =
  /^(Note|JinjaLogDebug|SendingEvent|FlushEvents\w*|State\w+|Partial\w+|Unable\w+|Parse\w+|ArtifactWritten|AdapterRegistered|Connection\w+|NewConnection\w*|SQL(Query|QueryStatus|Commit)|SchemaCreation|Rollback\w*|Cache\w+|NodeCompiling|NodeExecuting|Writing\w+|MarkSkippedChildren|EndRunResult|ResourceReport|Behaviour\w+|\w*Deprecat\w+|List\w+|Hooks\w*|CompileComplete|TypeCode\w*)$/;

test('JSON logs have the events of dbt, with its codes, levels and keys', async () => {
  const flags = ['build', '--log-format', 'json', '--log-level', 'debug'];
  const theirs = eventsOf(await dbt(...flags));
  const ours = eventsOf(await eider(...flags));
  const missing = [...theirs.keys()].filter((name) => !ours.has(name) && !dbtAlone.test(name));
  expect(missing).toEqual([]);
  for (const [name, { data, info }] of theirs) {
    const own = ours.get(name);
    if (own === undefined || name === 'MainReportArgs') continue;
    expect([name, own.info.code]).toEqual([name, info.code]);
    expect(Object.keys(own.info).sort()).toEqual(Object.keys(info).sort());
    expect([name, ...Object.keys(own.data)]).toEqual(expect.arrayContaining([name, ...Object.keys(data)]));
  }
});
