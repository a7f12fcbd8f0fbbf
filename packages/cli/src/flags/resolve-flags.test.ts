import { expect, test } from 'vitest';
import { flagTable } from './flag-table.ts';
import { resolveFlags } from './resolve-flags.ts';

const nothing = { commandLine: {}, env: {}, project: {} };

test('without anything the defaults are dbt’s', () => {
  expect(resolveFlags(nothing)).toMatchObject({
    select: [],
    indirectSelection: 'eager',
    limit: 5,
    logFormat: undefined,
    logLevel: undefined,
    logLevelFile: undefined,
    printerWidth: 80,
    writeJson: true,
    partialParse: true,
    failFast: false,
    vars: '{}',
    threads: undefined,
    useColors: undefined,
  });
});

test('the command line beats DBT_ENGINE_…, which beats DBT_…, which beats flags: of the project', () => {
  const project = { fail_fast: true, printer_width: 100, log_format: 'json', indirect_selection: 'cautious' };
  const env = {
    DBT_PRINTER_WIDTH: '110',
    DBT_LOG_FORMAT: 'debug',
    DBT_ENGINE_LOG_FORMAT: 'text',
    DBT_INDIRECT_SELECTION: 'buildable',
  };
  const flags = resolveFlags({ commandLine: { indirectSelection: 'empty' }, env, project });
  expect(flags).toMatchObject({ failFast: true, printerWidth: 110, logFormat: 'text', indirectSelection: 'empty' });
});

test('a negated flag on the command line beats the environment', () => {
  expect(resolveFlags({ ...nothing, commandLine: { failFast: false }, env: { DBT_FAIL_FAST: '1' } }).failFast).toBe(
    false,
  );
});

test.each([
  ['1', true],
  ['true', true],
  ['YES', true],
  ['off', false],
  ['0', false],
])('DBT_QUIET=%s is %s', (value, expected) => {
  expect(resolveFlags({ ...nothing, env: { DBT_QUIET: value } }).quiet).toBe(expected);
});

test('an empty variable counts as not set', () => {
  expect(resolveFlags({ ...nothing, env: { DBT_TARGET: '', DBT_QUIET: '' } })).toMatchObject({
    target: undefined,
    quiet: false,
  });
});

test('words come apart at spaces, from arguments and variables alike', () => {
  const flags = resolveFlags({
    ...nothing,
    commandLine: { select: ['a b', 'c'] },
    env: { DBT_RESOURCE_TYPES: 'model seed' },
  });
  expect(flags).toMatchObject({ select: ['a', 'b', 'c'], resourceTypes: ['model', 'seed'] });
});

test.each([
  [{ commandLine: { threads: 'many' } }, '--threads is "many", which is not a whole number from 1 on.'],
  [{ commandLine: { threads: '0' } }, '--threads is "0", which is not a whole number from 1 on.'],
  [{ commandLine: { excludeResourceTypes: ['all'] } }, '--exclude-resource-type is "all", which it cannot be.'],
  [{ env: { DBT_FAIL_FAST: 'perhaps' } }, 'DBT_FAIL_FAST is "perhaps", which is neither true nor false.'],
  [
    { project: { indirect_selection: 'all' } },
    'flags.indirect_selection in dbt_project.yml is "all", which it cannot be.',
  ],
  [{ project: { log_format: 'xml' } }, 'flags.log_format in dbt_project.yml is "xml", which it cannot be.'],
])('%j is refused by the name of its source', (sources, message) => {
  expect(() => resolveFlags({ ...nothing, ...sources })).toThrow(message);
});

test.each([
  ['xyz', true],
  [5, true],
  [{ a: 1 }, true],
  [[], false],
  [{}, false],
  ['', false],
  ['no', false],
])('a switch that dbt_project.yml sets to %j is what Python takes it for, as in dbt', (written, expected) => {
  expect(resolveFlags({ ...nothing, project: { fail_fast: written } }).failFast).toBe(expected);
});

test('a number that dbt_project.yml sets to none is not there, as in dbt', () => {
  expect(resolveFlags({ ...nothing, project: { printer_width: 'wide' } }).printerWidth).toBe(80);
});

test('no two flags share a spelling, but for dbt’s -s of init and its --output of freshness', () => {
  const { freshnessOutput, skipProfileSetup, ...others } = flagTable;
  expect(freshnessOutput.long).toBe(flagTable.output.long);
  expect(skipProfileSetup.short).toBe(flagTable.select.short);
  const spellings = Object.values(others).flatMap(({ long, short, aliases = [] }) => [
    long,
    ...(short === undefined ? [] : [short]),
    ...aliases,
  ]);
  expect(new Set(spellings).size).toBe(spellings.length);
});

test('what dbt_project.yml says of a flag is told of at its place', () => {
  const place = { file: 'dbt_project.yml', line: 7, column: 3 };
  const resolve = (): unknown =>
    resolveFlags({ ...nothing, project: { log_format: 7 }, places: { log_format: place } });
  expect(resolve).toThrow(expect.objectContaining({ name: 'UsageError', place }));
});

test.each([
  [{ select: ['a'] }, '--select'],
  [{ models: ['a'] }, '--select'],
  [{ selector: ['night'] }, '--selector'],
])('SQL of the command line is not taken with %o', (chosen, flag) => {
  const commandLine = { ...chosen, inline: 'select 1' };
  expect(() => resolveFlags({ ...nothing, commandLine })).toThrow(`--inline: not allowed with argument ${flag}`);
  expect(resolveFlags({ ...nothing, commandLine: { exclude: ['a'], inline: 'select 1' } }).inline).toBe('select 1');
});
