import { expect, test } from 'vitest';
import { type StoryFacts, storyLines } from './run-story.ts';

const node = (display: string): StoryFacts['withheld'][number]['node'] => ({
  ...{ id: `model.lake.${display}`, name: display, display, resourceType: 'model', materialized: 'external' },
  language: 'sql',
});

const night: StoryFacts = {
  startedAt: new Date('2026-11-21T02:30:04Z'),
  elapsedMs: 252_400,
  commandLine: 'eider build --quiet --target prod',
  exitCode: 1,
  isStopped: false,
  project: 'lake',
  target: 'prod',
  host: 'nas',
  pid: 4711,
  results: ['success', 'pass', 'no-op', 'warn', 'error', 'fail', 'fail', 'skipped'].map(
    (status) => ({ status }) as never,
  ),
  retries: 2,
  waits: ['Waiting up to 60 s for /l/prod.duckdb: eider watch (process 4402) holds it.'],
  failures: [
    { what: 'test a', place: { file: 'models/a.yml', line: 12, column: 9 }, message: 'Got 3 results\nmore' },
    { what: 'model b', place: undefined, message: 'There is no column "x" here.' },
    { what: null, place: undefined, message: 'third' },
  ],
  withheld: ['gold.a', 'gold.b', 'gold.c', 'gold.d', 'gold.e', 'gold.f'].map((name, i) => ({
    ...{ kind: 'withheld', node: node(name), tests: [], isFailed: true },
    since: i === 0 ? null : `2026-11-2${i === 3 ? 0 : 1}T02:34:16.123Z`,
  })),
  published: {
    ...{ kind: 'published', path: '/l/catalog/prod.duckdb', number: 42, relations: 21 },
    made: { relations: 3, rows: 1_203_400, files: 12, bytes: 84_100_000 },
  },
  disk: { path: '/l/_eider', free: 40_200_000_000, total: 500_000_000_000 },
  next: 'Mend it.',
  log: '/l/logs/eider.log',
};

test('the worst night is told in ten lines', () => {
  expect(storyLines(night)).toEqual([
    '2026-11-21 02:30:04Z  eider build --quiet --target prod  FAILED (exit code 1) after 4 min 12 s, lake, target prod, on nas (process 4711)',
    '  waited     Waiting up to 60 s for /l/prod.duckdb: eider watch (process 4402) holds it.',
    '  nodes      8: 3 ok, 1 warned, 3 failed, 1 skipped; 2 attempts repeated after a transient failure',
    '  first      test a, models/a.yml:12:9: Got 3 results',
    '  also       model b: There is no column "x" here. (1 more)',
    '  withheld   gold.a, gold.b, gold.c, gold.d, gold.e and 1 more: readers keep those of before, the oldest of 2026-11-20 02:34:16Z',
    '  published  state 42, 21 relations, 3 of them new (1,203,400 rows, 12 files, 84.1 MB): /l/catalog/prod.duckdb',
    '  disk       40.2 GB of 500.0 GB free at /l/_eider',
    '  next       Mend it.',
    '  log        /l/logs/eider.log',
  ]);
});

test('a night that went well in three', () => {
  const good = { ...night, exitCode: 0, waits: [], failures: [], withheld: [], disk: null, next: null, retries: 0 };
  expect(storyLines({ ...good, results: [{ status: 'success', message: 'OK' }] })).toEqual([
    expect.stringContaining('  OK after '),
    '  nodes      1: 1 ok',
    expect.stringMatching(/^ {2}published {2}state 42/),
  ]);
});

test.each([2, 143])('one that was stopped, with exit code %i, says that readers see what they saw', (exitCode) => {
  const [head, ...lines] = storyLines({ ...night, exitCode, isStopped: true, published: null });
  expect(head).toContain('  STOPPED after ');
  expect(lines).toContain('  published  nothing: readers see what they saw before');
});
