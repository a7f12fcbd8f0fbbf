import { buildGraph } from '@eider/core';
import type { HookTurn, NodeResult, RunEvent } from '@eider/engine';
import { expect, test } from 'vitest';
import { manifestOf } from '../../../../test/manifest-builder.ts';
import { addExposures } from './exposure-results.ts';
import { collectHooks } from './hook-results.ts';

const manifest = manifestOf({
  'model.shop.good': {},
  'model.shop.bad': {},
  'exposure.shop.board': { from: ['model.shop.good'] },
  'exposure.shop.report': { from: ['model.shop.bad'] },
});
const { graph } = buildGraph(manifest);
const now = (): Date => new Date(0);

function result(node: string, status: NodeResult['status']): NodeResult {
  const nothing = {
    failures: null,
    rows: null,
    compileMs: 0,
    executeMs: 0,
    diagnostics: [],
    thread: '',
    relationName: null,
    location: null,
  };
  return { ...nothing, node, status, message: '', startedAt: '' };
}

function finished(id: string, status: NodeResult['status'], index: number): RunEvent {
  const name = id.split('.').at(-1) ?? '';
  const node = { id, name, resourceType: 'model', materialized: 'table', language: 'sql', display: `main.${name}` };
  return { kind: 'node-finished', node, result: result(id, status), index, total: 2 };
}

test('exposures are counted in and told after the last node', () => {
  const told: string[] = [];
  const exposures = addExposures(Object.values(manifest.exposures), graph, now, (event) => {
    if (event.kind === 'node-finished')
      told.push(`${event.index} of ${event.total} ${event.node.name} ${event.result.status}`);
  });
  exposures.handle({ kind: 'run-started', build: null, state: '', threads: 1, target: 'dev', counts: {}, total: 2 });
  exposures.handle(finished('model.shop.good', 'success', 1));
  exposures.handle(finished('model.shop.bad', 'error', 2));
  expect(told).toEqual(['1 of 4 good success', '2 of 4 bad error', '3 of 4 board no-op', '4 of 4 report skipped']);
  expect(exposures.among([]).map(({ node }) => node)).toEqual([]);
  const results = [result('model.shop.good', 'success'), result('model.shop.bad', 'error')];
  expect(exposures.among(results).map(({ node }) => node)).toEqual([
    ...['model.shop.good', 'model.shop.bad', 'exposure.shop.board', 'exposure.shop.report'],
  ]);
});

test('with the plan of a run exposures are told where they stand in it', () => {
  const told: string[] = [];
  const exposures = addExposures(Object.values(manifest.exposures), graph, now, (event) => {
    if (event.kind === 'node-finished') told.push(`${event.index} of ${event.total} ${event.node.name}`);
  });
  const task = (id: string, level: number, after: readonly string[] = []) =>
    [id, { id, level, after, before: [], isTest: false }] as const;
  exposures.plan(
    new Map([
      task('model.shop.good', 0),
      task('model.shop.bad', 2, ['model.shop.good']),
      task('exposure.shop.board', 1, ['model.shop.good']),
      task('exposure.shop.report', 3, ['model.shop.bad']),
    ]),
  );
  exposures.handle({ kind: 'run-started', build: null, state: '', threads: 1, target: 'dev', counts: {}, total: 2 });
  exposures.handle(finished('model.shop.good', 'success', 1));
  exposures.handle(finished('model.shop.bad', 'success', 2));
  expect(told).toEqual(['1 of 4 good', '2 of 4 board', '3 of 4 bad', '4 of 4 report']);
  const results = [result('model.shop.good', 'success'), result('model.shop.bad', 'success')];
  expect(exposures.among(results).map(({ node }) => node)).toEqual([
    ...['model.shop.good', 'exposure.shop.board', 'model.shop.bad', 'exposure.shop.report'],
  ]);
});

test('a build of exposures alone tells them at once', () => {
  const told: string[] = [];
  const exposures = addExposures(Object.values(manifest.exposures), graph, now, (event) => told.push(event.kind));
  exposures.handle({ kind: 'run-started', build: null, state: '', threads: 1, target: 'dev', counts: {}, total: 0 });
  expect(told).toEqual(['run-started', 'node-finished', 'node-finished']);
});

test('hooks become results, counted over the packages; one that did not end has failed with what followed', () => {
  const all = ['shop.shop-on-run-start-0', 'parts.parts-on-run-start-0', 'parts.parts-on-run-start-1'];
  const hooks = collectHooks(
    now,
    all.map((id) => `operation.${id}`),
  );
  const diagnostic = {
    severity: 'error',
    code: 'engine/hook-failed',
    message: 'no such table',
    cause: 'Catalog Error: no such table',
  } as const;
  hooks.handle({ kind: 'finding', diagnostic: { ...diagnostic, message: 'before' } });
  const turn = (owner: string, own: number, index: number): HookTurn => ({
    ...{ id: `operation.${owner}.${owner}-on-run-start-${own}`, name: `${owner}.on-run-start.${index - 1}` },
    ...{ index, total: 3 },
  });
  hooks.handle({ kind: 'hook-started', ...turn('shop', 0, 1) });
  hooks.handle({ kind: 'hook-finished', ...turn('shop', 0, 1), ms: 5, status: 'success' });
  hooks.handle({ kind: 'hook-started', ...turn('parts', 0, 2) });
  hooks.handle({ kind: 'hook-rendered', sql: 'select nothing' });
  hooks.handle({ kind: 'hook-finished', ...turn('parts', 0, 2), ms: 5, status: 'error' });
  hooks.handle({ kind: 'finding', diagnostic });
  expect(hooks.results()).toMatchObject([
    {
      node: 'operation.shop.shop-on-run-start-0',
      status: 'success',
      message: 'shop.on-run-start.0 passed',
      executeMs: 5,
    },
    {
      node: 'operation.parts.parts-on-run-start-0',
      status: 'error',
      message: 'parts.on-run-start.1 failed, error:\n Catalog Error: no such table',
      diagnostics: [diagnostic],
      compiledSql: 'select nothing',
    },
    { node: 'operation.parts.parts-on-run-start-1', status: 'skipped', message: 'parts.on-run-start.2 skipped' },
  ]);
});
