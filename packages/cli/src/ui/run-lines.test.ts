import type { NodeLabel, NodeResult, RunEvent } from '@eider/engine';
import { expect, test } from 'vitest';
import { withoutColors } from './colors.ts';
import type { LogLine } from './log-line.ts';
import { runLines } from './run-lines.ts';

// The expected lines were printed by dbt-core 1.11.16.

const model: NodeLabel = {
  id: 'model.shop.ext_people',
  name: 'ext_people',
  resourceType: 'model',
  materialized: 'external',
  language: 'sql',
  display: 'main.ext_people',
};
const seed: NodeLabel = {
  ...model,
  id: 'seed.shop.people',
  name: 'people',
  resourceType: 'seed',
  materialized: 'seed',
  display: 'main.people',
};
const check: NodeLabel = {
  ...model,
  id: 'test.shop.t',
  name: 'unique_ext_people_id',
  resourceType: 'test',
  materialized: 'test',
  display: 'unique_ext_people_id',
};
const plus: NodeLabel = {
  ...model,
  id: 'function.shop.plus',
  name: 'plus',
  resourceType: 'function',
  materialized: 'function',
  display: 'main.plus',
};
const result: NodeResult = {
  node: model.id,
  status: 'success',
  message: 'OK',
  failures: null,
  rows: null,
  startedAt: '2026-11-21T09:31:19.000Z',
  compileMs: 10,
  executeMs: 80,
  diagnostics: [],
  thread: 'Thread-1',
  relationName: null,
  location: null,
};

function lines(event: RunEvent): readonly LogLine[] {
  return runLines(event, { width: 80, now: new Date(0) });
}

function text(event: RunEvent): string {
  return withoutColors(
    lines(event)
      .filter((line) => line.level !== 'debug')
      .map((line) => line.text)
      .join('\n'),
  );
}

const at = { index: 3, total: 13 };

test('a node that starts', () => {
  const lines = [model, seed, check].map((node) =>
    text({ kind: 'node-started', node, ...at, thread: 'Thread-1 (worker)' }),
  );
  expect(lines).toEqual([
    '3 of 13 START sql external model main.ext_people ............................... [RUN]',
    '3 of 13 START seed file main.people ............................................ [RUN]',
    '3 of 13 START test unique_ext_people_id ........................................ [RUN]',
  ]);
});

test.each<[NodeLabel, Partial<NodeResult>, string]>([
  [model, {}, '3 of 13 OK created sql external model main.ext_people .......................... [OK in 0.09s]'],
  [
    model,
    { status: 'error', message: 'Binder Error' },
    '3 of 13 ERROR creating sql external model main.ext_people ...................... [ERROR in 0.09s]',
  ],
  [
    model,
    { status: 'skipped' },
    '3 of 13 SKIP relation main.ext_people .......................................... [SKIP]',
  ],
  [
    seed,
    { message: 'INSERT 2' },
    '3 of 13 OK loaded seed file main.people ........................................ [INSERT 2 in 0.09s]',
  ],
  [
    seed,
    { status: 'error' },
    '3 of 13 ERROR loading seed file main.people .................................... [ERROR in 0.09s]',
  ],
  [plus, {}, '3 of 13 OK created function main.plus .......................................... [SUCCESS in 0.09s]'],
  [
    plus,
    { status: 'error' },
    '3 of 13 ERROR creating function main.plus ...................................... [ERROR in 0.09s]',
  ],
  [
    check,
    { status: 'pass', failures: 0 },
    '3 of 13 PASS unique_ext_people_id .............................................. [PASS in 0.09s]',
  ],
  [
    check,
    { status: 'fail', failures: 1 },
    '3 of 13 FAIL 1 unique_ext_people_id ............................................ [FAIL 1 in 0.09s]',
  ],
  [
    check,
    { status: 'warn', failures: 2 },
    '3 of 13 WARN 2 unique_ext_people_id ............................................ [WARN 2 in 0.09s]',
  ],
  [
    check,
    { status: 'error' },
    '3 of 13 ERROR unique_ext_people_id ............................................. [ERROR in 0.09s]',
  ],
  [
    check,
    { status: 'skipped' },
    '3 of 13 SKIP test unique_ext_people_id ......................................... [SKIP]',
  ],
])('%o ended: %o', (node, more, expected) => {
  expect(text({ kind: 'node-finished', node, result: { ...result, ...more }, ...at })).toBe(expected);
});

test('a long name pushes the status out, as in dbt', () => {
  const display = 'main.a_model_with_a_really_long_name_that_goes_past_the_printer_width_of_eighty';
  expect(
    text({
      kind: 'node-started',
      node: { ...model, materialized: 'incremental', display },
      index: 5,
      total: 13,
      thread: 'Thread-1 (worker)',
    }),
  ).toBe(`5 of 13 START sql incremental model ${display}  [RUN]`);
});

test('hooks at the start, with an empty line after the last one', () => {
  expect(
    text({
      kind: 'hook-started',
      id: 'operation.shop.shop-on-run-start-0',
      name: 'shop.on-run-start.0',
      index: 1,
      total: 2,
    }),
  ).toBe('1 of 2 START hook: shop.on-run-start.0 ......................................... [RUN]');
  expect(
    text({
      kind: 'hook-finished',
      id: 'operation.shop.shop-on-run-start-1',
      name: 'shop.on-run-start.1',
      index: 2,
      total: 2,
      ms: 4,
      status: 'success',
    }),
  ).toBe('2 of 2 OK hook: shop.on-run-start.1 ............................................ [OK in 0.00s]\n');
});

test('hooks at the end, with an empty line before the first one', () => {
  expect(
    text({
      kind: 'hook-started',
      id: 'operation.shop.shop-on-run-end-0',
      name: 'shop.on-run-end.0',
      index: 1,
      total: 1,
    }),
  ).toBe('\n1 of 1 START hook: shop.on-run-end.0 ........................................... [RUN]');
  const ended = {
    kind: 'hook-finished',
    id: 'operation.shop.shop-on-run-end-0',
    name: 'shop.on-run-end.0',
    index: 1,
    total: 2,
    ms: 4,
  } as const;
  expect(text({ ...ended, status: 'success' })).not.toContain('\n');
  expect(text({ ...ended, status: 'error' })).toBe(
    '1 of 2 ERROR hook: shop.on-run-end.0 ........................................... [ERROR in 0.00s]',
  );
  expect(text({ ...ended, index: 2, ms: 0, status: 'skipped' })).toBe(
    '2 of 2 SKIP hook: shop.on-run-end.0 ............................................ [SKIP in 0.00s]',
  );
});

test('the batches of a microbatch model', () => {
  const node: NodeLabel = { ...model, materialized: 'incremental', isMicrobatch: true, display: 'main.days' };
  expect(text({ kind: 'node-started', node, ...at, thread: '' })).toContain('START sql microbatch model main.days');
  const about = { node, batch: '2020-01-01', index: 1, total: 3 };
  expect(text({ kind: 'batch-started', ...about })).toBe(
    'Batch 1 of 3 START batch 2020-01-01 of main.days ..................................... [RUN]',
  );
  const ended = { kind: 'batch-finished', ...about, ms: 40 } as const;
  expect((['success', 'error', 'skipped'] as const).map((status) => text({ ...ended, status }))).toEqual([
    'Batch 1 of 3 OK created batch 2020-01-01 of main.days ................................ [OK in 0.04s]',
    'Batch 1 of 3 ERROR creating batch 2020-01-01 of main.days ............................ [ERROR in 0.04s]',
    'Batch 1 of 3 SKIP batch 2020-01-01 of main.days ...................................... [SKIPPED in 0.04s]',
  ]);
  expect(lines({ ...ended, status: 'error' })).toMatchObject([
    { level: 'error', name: 'LogBatchResult', data: { description: 'batch 2020-01-01 of main.days', status: 'error' } },
  ]);
});

test('the beginning of a run', () => {
  expect(text({ kind: 'run-started', build: 'b', state: '', threads: 4, target: 'dev', counts: {}, total: 3 })).toBe(
    "\nConcurrency: 4 threads (target='dev')\n",
  );
});

test('what became of the catalog', () => {
  expect(
    text({
      kind: 'withheld',
      node: model,
      tests: ['test.shop.unique_ext_people_id.6c4b3fbf39'],
      isFailed: true,
      since: null,
    }),
  ).toBe('Withheld main.ext_people: unique_ext_people_id failed; it stays out of the catalog');
  expect(
    text({
      kind: 'published',
      path: '/p/catalog/dev.duckdb',
      number: 7,
      relations: 12,
      made: { relations: 0, rows: 0, files: 0, bytes: 0 },
    }),
  ).toBe('Published 12 relations as state 7: /p/catalog/dev.duckdb');
});

test('lines that live progress shows are marked', () => {
  const started = lines({ kind: 'node-started', node: model, ...at, thread: 'Thread-1 (worker)' });
  expect(started.map(({ name, transient }) => [name, transient])).toEqual([
    ['NodeStart', undefined],
    ['LogStartLine', true],
  ]);
  expect(lines({ kind: 'node-finished', node: model, result, ...at })[0]?.transient).toBeUndefined();
});

test('a node’s lines carry dbt’s node_info, its times and its thread', () => {
  const record = {
    ...{ path: 'marts/ext_people.sql', checksum: 'abc', meta: { owner: 'anna' }, attachedNode: null },
    ...{ database: 'shop', schema: 'main', alias: 'ext_people', relationName: '"shop"."main"."ext_people"' },
  };
  const [line, finished] = lines({ kind: 'node-finished', node: { ...model, record }, result, ...at });
  expect(line).toMatchObject({
    name: 'LogModelResult',
    thread: 'Thread-1',
    data: {
      description: 'sql external model main.ext_people',
      status: 'OK',
      execution_time: 0.09,
      node_info: {
        unique_id: 'model.shop.ext_people',
        node_path: 'marts/ext_people.sql',
        node_checksum: 'abc',
        node_status: 'success',
        node_started_at: '2026-11-21T09:31:19.000Z',
        node_finished_at: '2026-11-21T09:31:19.090Z',
        node_relation: { relation_name: '"shop"."main"."ext_people"' },
        meta: { owner: 'anna' },
      },
    },
  });
  expect(finished).toMatchObject({ level: 'debug', name: 'NodeFinished', data: { run_result: { status: 'success' } } });
});
