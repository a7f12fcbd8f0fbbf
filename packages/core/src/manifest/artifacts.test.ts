import { expect, test } from 'vitest';
import { manifestOf } from '../../../../test/manifest-builder.ts';
import type { Invocation } from './invocation.ts';
import { writeRunResults } from './run-results.ts';
import { manifestBody, manifestHead } from './write-manifest.ts';

const invocation: Invocation = {
  id: '7723305f-e1f8-48e8-8d59-3556337f806e',
  startedAt: new Date('2026-11-21T09:31:17.623Z'),
  generatedAt: new Date('2026-11-21T09:31:20.212Z'),
  env: { DBT_ENV_CUSTOM_ENV_TEAM: 'data', DBT_ENV_SECRET_KEY: 'hidden', HOME: '/home/ann' },
};

test('run_results.json tells what was written and asked for a node that asked servers', () => {
  const result = {
    ...{ uniqueId: 'model.shop.orders', status: 'success', message: 'OK', failures: null, rows: null },
    ...{ startedAt: '2026-11-21T09:31:18.000Z', compileMs: 1, executeMs: 1, thread: 'Thread-1', relationName: null },
    ...{ compiled: true, compiledCode: 'select 1' },
  };
  const traffic = { requests: 3, bytesSent: 20, bytesReceived: 7, requestMs: 41.6 };
  const answer = (more: object): unknown => {
    const document = writeRunResults([{ ...result, ...more }], { elapsedMs: 1, args: {} }, invocation);
    return (document.results as readonly { readonly adapter_response: unknown }[])[0]?.adapter_response;
  };
  expect(answer({})).toEqual({ _message: 'OK' });
  expect(answer({ work: { bytesWritten: 12 } })).toEqual({ _message: 'OK' });
  expect(answer({ status: 'error', work: { bytesWritten: 0, traffic } })).toEqual({
    ...{ bytes_written: 0, requests: 3, bytes_sent: 20, bytes_received: 7, request_ms: 42 },
  });
  expect(answer({ response: { code: 'COPY' }, work: { bytesWritten: 12, traffic } })).toMatchObject({
    code: 'COPY',
    bytes_written: 12,
  });
});

test('manifest.json has the metadata and the maps of schema v12', () => {
  const manifest = manifestOf({ 'model.shop.orders': {} });
  const document = { ...manifestHead(manifest.metadata, invocation), ...manifestBody(manifest) };
  expect(document.metadata).toEqual({
    dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v12.json',
    dbt_version: '1.11.16',
    generated_at: '2026-11-21T09:31:20.212Z',
    invocation_id: invocation.id,
    invocation_started_at: '2026-11-21T09:31:17.623Z',
    env: { TEAM: 'data' },
    project_name: 'shop',
    project_id: 'fb54f3c5992b96d001bb16e8e92d968d',
    user_id: null,
    send_anonymous_usage_stats: false,
    adapter_type: 'duckdb',
    quoting: { database: true, schema: true, identifier: true, column: null },
    run_started_at: '2026-11-21T09:31:17.623Z',
  });
  expect(Object.keys(document).join(' ')).toBe(
    'metadata nodes sources macros docs exposures metrics groups selectors disabled parent_map child_map group_map saved_queries semantic_models unit_tests functions',
  );
});

test('a node keeps its own fields and gets those that dbt always writes; a seed has no code fields', () => {
  const manifest = manifestOf({ 'model.shop.orders': { from: ['seed.shop.people'] }, 'seed.shop.people': {} });
  const { nodes } = manifestBody(manifest) as { nodes: Record<string, Record<string, unknown>> };
  expect(nodes['model.shop.orders']).toMatchObject({
    ...manifest.nodes['model.shop.orders'],
    primary_key: [],
  });
  expect(nodes['seed.shop.people']).toMatchObject({ depends_on: { macros: [] }, root_path: null });
  expect(nodes['seed.shop.people']).not.toHaveProperty('refs');
});

test('a source has its docs blocks, one that is switched off too', () => {
  const manifest = manifestOf({ 'source.shop.raw.orders': {}, 'source.shop.raw.old': {} });
  const old = manifest.sources['source.shop.raw.old'];
  if (old === undefined) throw new Error('not built');
  delete manifest.sources[old.unique_id];
  manifest.disabled[old.unique_id] = [old];
  expect(manifestBody(manifest)).toMatchObject({
    sources: { 'source.shop.raw.orders': { doc_blocks: [] } },
    disabled: { 'source.shop.raw.old': [{ doc_blocks: [] }] },
  });
});

test('run_results.json has timings, seconds and the fields of schema v6', () => {
  const document = writeRunResults(
    [
      {
        uniqueId: 'model.shop.orders',
        status: 'success',
        message: 'OK',
        failures: null,
        startedAt: '2026-11-21T09:31:19.000Z',
        compileMs: 20,
        executeMs: 480,
        thread: 'Thread-1 (worker)',
        rows: null,
        relationName: '"db"."main"."orders"',
        compiled: true,
        compiledCode: 'select 1',
      },
    ],
    { elapsedMs: 1250, args: { which: 'run' } },
    invocation,
  );
  expect(document).toEqual({
    metadata: expect.objectContaining({
      dbt_schema_version: 'https://schemas.getdbt.com/dbt/run-results/v6.json',
      env: { TEAM: 'data' },
    }),
    results: [
      {
        status: 'success',
        timing: [
          { name: 'compile', started_at: '2026-11-21T09:31:19.000Z', completed_at: '2026-11-21T09:31:19.020Z' },
          { name: 'execute', started_at: '2026-11-21T09:31:19.020Z', completed_at: '2026-11-21T09:31:19.500Z' },
        ],
        thread_id: 'Thread-1 (worker)',
        execution_time: 0.5,
        adapter_response: { _message: 'OK' },
        message: 'OK',
        failures: null,
        unique_id: 'model.shop.orders',
        compiled: true,
        compiled_code: 'select 1',
        relation_name: '"db"."main"."orders"',
        batch_results: null,
      },
    ],
    elapsed_time: 1.25,
    args: { which: 'run' },
  });
});

test('a node that was skipped took no time', () => {
  const skipped = {
    uniqueId: 'model.shop.x',
    status: 'skipped',
    message: null,
    failures: null,
    startedAt: '',
    compileMs: 0,
    executeMs: 0,
  };
  const more = { thread: 'main', rows: null, relationName: null, compiled: false, compiledCode: null };
  const document = writeRunResults([{ ...skipped, ...more }], { elapsedMs: 0, args: {} }, invocation);
  expect(document.results).toMatchObject([{ timing: [], execution_time: 0, adapter_response: {} }]);
});
