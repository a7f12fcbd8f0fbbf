import { describe, expect, test } from 'vitest';
import { manifestOf } from '../../../../test/manifest-builder.ts';
import { buildGraph } from '../graph/build-graph.ts';
import type { MacroNode, Manifest, ModelNode } from '../manifest/nodes.ts';
import { readPreviousState } from '../manifest/previous-state.ts';
import { manifestBody, manifestHead } from '../manifest/write-manifest.ts';
import { select } from './select.ts';

// `test/interop/state.test.ts` holds all of this against dbt; here is what each criterion looks at, and what breaks a contract.

const at = new Date('2024-01-01T00:00:00Z');
const everything = ['model', 'seed', 'snapshot', 'test', 'source', 'exposure', 'unit_test'];

function shop(): Manifest {
  const manifest = manifestOf({
    'source.shop.raw.orders': {},
    'seed.shop.people': {},
    'model.shop.orders': { from: ['source.shop.raw.orders'], code: 'select 1' },
    'model.shop.customers': { from: ['seed.shop.people'] },
    'exposure.shop.board': { from: ['model.shop.orders'] },
  });
  const macro = (name: string, calls: readonly string[]): MacroNode =>
    ({
      ...{ unique_id: `macro.shop.${name}`, name, package_name: 'shop', macro_sql: name },
      depends_on: { macros: [...calls] },
    }) as unknown as MacroNode;
  manifest.macros = {
    'macro.shop.outer': macro('outer', ['macro.shop.inner']),
    'macro.shop.inner': macro('inner', []),
  };
  model(manifest, 'customers').depends_on.macros.push('macro.shop.outer');
  return manifest;
}

function model(manifest: Manifest, name: string): ModelNode {
  return manifest.nodes[`model.shop.${name}`] as ModelNode;
}

const nothing = { folder: 'old', manifest: null, runResults: null, sources: null, sourcesNow: null };

function stateOf(manifest: Manifest): string {
  const head = manifestHead(manifest.metadata, { id: 'x', startedAt: at, generatedAt: at, env: {} });
  return JSON.stringify({ ...head, ...manifestBody(manifest) });
}

/** What a criterion selects after a change. */
function after(change: (manifest: Manifest) => void, criterion: string): ReturnType<typeof select> {
  const now = shop();
  change(now);
  return select(now, buildGraph(now).graph, {
    ...{ select: [criterion], exclude: [], resourceTypes: everything, now: at },
    previous: readPreviousState({ ...nothing, manifest: stateOf(shop()) }),
  });
}

test.each<[string, (manifest: Manifest) => void, Readonly<Record<string, readonly string[]>>]>([
  ['nothing', () => undefined, { modified: [], new: [], old: everyId(), unmodified: everyId() }],
  [
    'a body',
    (m) => (model(m, 'orders').raw_code = 'select 2'),
    { modified: ['model.shop.orders'], 'modified.body': ['model.shop.orders'], 'modified.configs': [] },
  ],
  [
    'a config, by what is written',
    (m) => (model(m, 'orders').unrendered_config = { materialized: 'table' }),
    { modified: ['model.shop.orders'], 'modified.configs': ['model.shop.orders'], 'modified.body': [] },
  ],
  ['tags', (m) => (model(m, 'orders').unrendered_config = { tags: ['a'] }), { modified: [] }],
  [
    'a name in the database',
    (m) => (model(m, 'orders').unrendered_config = { alias: 'a' }),
    { 'modified.relation': ['model.shop.orders'], 'modified.configs': [], modified: ['model.shop.orders'] },
  ],
  ['a description', (m) => (model(m, 'orders').description = 'b'), { modified: [] }],
  [
    'a description that is written into the database',
    (m) => {
      model(m, 'orders').config.persist_docs = { relation: true };
      model(m, 'orders').description = 'b';
    },
    { modified: ['model.shop.orders'], 'modified.persisted_descriptions': ['model.shop.orders'] },
  ],
  [
    'a macro deep in a chain',
    (m) => ((m.macros['macro.shop.inner'] as MacroNode).macro_sql = 'other'),
    { modified: ['model.shop.customers'], 'modified.macros': ['model.shop.customers'], 'modified.body': [] },
  ],
  [
    'rows of a seed',
    (m) => ((m.nodes['seed.shop.people'] as ModelNode).checksum = { name: 'sha256', checksum: 'other' }),
    { modified: ['seed.shop.people'], 'modified.body': ['seed.shop.people'] },
  ],
])('%s', (_, change, expected) => {
  for (const [criterion, ids] of Object.entries(expected))
    expect(after(change, `state:${criterion}`).ids, criterion).toEqual([...ids].sort());
});

function everyId(): readonly string[] {
  const { exposures, nodes, sources } = shop();
  return Object.keys({ ...nodes, ...sources, ...exposures });
}

test('what is new is new, and counts as changed where it has SQL', () => {
  const added = manifestOf({ 'model.shop.added': {}, 'exposure.shop.more': {} });
  const add = (manifest: Manifest): void => {
    Object.assign(manifest.nodes, added.nodes);
    Object.assign(manifest.exposures, added.exposures);
  };
  expect(after(add, 'state:new').ids).toEqual(['exposure.shop.more', 'model.shop.added']);
  expect(after(add, 'state:modified').ids).toEqual(['model.shop.added']);
  expect(after(add, 'state:modified.body').ids).toEqual(['model.shop.added']);
});

describe('contracts', () => {
  const enforced = { enforced: true, alias_types: true, checksum: 'before' };
  const column = (name: string, type: string): ModelNode['columns'][string] =>
    ({ name, data_type: type, constraints: [] }) as unknown as ModelNode['columns'][string];

  function compare(
    change: (node: ModelNode) => void,
    version: number | null,
  ): { readonly ids: readonly string[]; readonly found: readonly string[] } {
    const [old, now] = [shop(), shop()];
    for (const manifest of [old, now]) {
      const node = model(manifest, 'orders');
      node.contract = { ...enforced };
      node.version = version;
      node.columns = { id: column('id', 'integer'), size: column('size', 'varchar(3)') };
    }
    model(now, 'orders').contract.checksum = 'after';
    change(model(now, 'orders'));
    const { diagnostics, ids } = select(now, buildGraph(now).graph, {
      ...{ select: ['state:modified.contract'], exclude: [], resourceTypes: everything, now: at },
      previous: readPreviousState({ ...nothing, manifest: stateOf(old) }),
    });
    return { ids, found: diagnostics.map(({ message, severity }) => `${severity}: ${message.split('\n').join('|')}`) };
  }

  test('that got more break nothing', () => {
    const more = compare((node) => (node.columns.more = column('more', 'text')), 1);
    expect(more).toEqual({ ids: ['model.shop.orders'], found: [] });
    expect(compare((node) => (node.columns.size = column('size', 'VARCHAR(9)')), 1).found).toEqual([]);
  });

  test('that got less are errors where the model has versions, else warnings', () => {
    const drop = (node: ModelNode): void => {
      node.columns = { id: column('id', 'text') };
    };
    const words =
      'dbt detected a breaking change to an enforced contract.|  - Columns were removed: |    - size|  - Columns with data_type changes: |    - id (integer -> text)';
    expect(compare(drop, 1).found).toEqual([`error: While comparing to previous project state, ${words}`]);
    expect(compare(drop, null).found[0]).toMatch(/^warning: Breaking change to contracted, unversioned model orders/);
    expect(compare((node) => (node.contract.enforced = false), null).found[0]).toContain('no longer configured');
  });
});

test('results and fresher sources', () => {
  const now = shop();
  const results = JSON.stringify({
    metadata: { dbt_schema_version: 'https://schemas.getdbt.com/dbt/run-results/v6.json' },
    results: [
      { unique_id: 'model.shop.orders', status: 'error' },
      { unique_id: 'model.shop.customers', status: 'success' },
    ],
  });
  const loaded = (time: string): string =>
    JSON.stringify({
      metadata: { dbt_schema_version: 'https://schemas.getdbt.com/dbt/sources/v3.json' },
      results: [{ unique_id: 'source.shop.raw.orders', max_loaded_at: time }],
    });
  const ask = (criterion: string, sourcesNow: string): readonly string[] =>
    select(now, buildGraph(now).graph, {
      ...{ select: [criterion], exclude: [], resourceTypes: everything },
      previous: readPreviousState({
        ...nothing,
        runResults: results,
        sources: loaded('2024-01-01T00:00:00Z'),
        sourcesNow,
      }),
    }).ids;
  expect(ask('result:error+', loaded('2024-01-01T00:00:00Z'))).toEqual(['exposure.shop.board', 'model.shop.orders']);
  expect(ask('source_status:fresher', loaded('2024-01-01T00:00:00Z'))).toEqual([]);
  expect(ask('source_status:fresher', loaded('2024-01-02T00:00:00Z'))).toEqual(['source.shop.raw.orders']);
});

test('a manifest of an older dbt is read as one of now', () => {
  const now = manifestOf({ 'model.shop.orders': { code: 'select 1' } });
  const rest = { package_name: 'shop', fqn: ['shop', 'x'], depends_on: { nodes: [], macros: [] } };
  const metric = { unique_id: 'metric.shop.sum', resource_type: 'metric', name: 'sum', ...rest };
  const semantic = {
    unique_id: 'semantic_model.shop.people',
    resource_type: 'semantic_model',
    name: 'people',
    ...rest,
  };
  Object.assign(now.metrics, { [metric.unique_id]: metric });
  Object.assign(now.semantic_models, {
    [semantic.unique_id]: { ...semantic, config: { enabled: true, group: null, meta: {} } },
  });
  const written = JSON.parse(stateOf(now));
  written.semantic_models[semantic.unique_id].config = { enabled: true };
  for (const node of Object.values<Record<string, unknown>>(written.nodes)) {
    Object.assign(node, { raw_sql: node.raw_code, compiled_sql: 'select 1' });
    for (const key of ['raw_code', 'access', 'latest_version']) delete node[key];
  }
  const ask = (version: number, criterion: string): readonly string[] => {
    const metadata = { dbt_schema_version: `https://schemas.getdbt.com/dbt/manifest/v${version}.json` };
    return select(now, buildGraph(now).graph, {
      ...{
        select: [`state:${criterion}`],
        exclude: [],
        resourceTypes: [...everything, 'metric', 'semantic_model'],
        now: at,
      },
      previous: readPreviousState({ ...nothing, manifest: JSON.stringify({ ...written, metadata }) }),
    }).ids;
  };
  expect([4, 9, 10, 11].map((version) => ask(version, 'modified'))).toEqual([[], [], [], []]);
  // What a metric was before 1.6 is not compared.
  expect([4, 9, 10, 11].map((version) => ask(version, 'new').length)).toEqual([1, 1, 0, 0]);
});

test('files that are no artifacts say so', () => {
  expect(() => readPreviousState({ ...nothing, manifest: '[]' })).toThrow('old/manifest.json is no artifact of a run.');
  const ancient = JSON.stringify({
    metadata: { dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v3.json' },
  });
  expect(() => readPreviousState({ ...nothing, manifest: ancient })).toThrow('which is not known here');
});

test('a seed whose rows are not compared is told of under the name that dbt has for it', () => {
  const [seed, small] = ['seed.shop.people', { name: 'sha256', checksum: 'a' }];
  const large = { name: 'path', checksum: 'seeds/people.csv' };
  const told = (before: object, now: object, criterion = 'state:modified'): unknown => {
    const [was, is] = [shop(), shop()];
    Object.assign(was.nodes[seed] ?? {}, { checksum: before });
    Object.assign(is.nodes[seed] ?? {}, { checksum: now });
    const { diagnostics, ids } = select(is, buildGraph(is).graph, {
      ...{ select: [criterion], exclude: [], resourceTypes: everything, now: at },
      previous: readPreviousState({ ...nothing, manifest: stateOf(was) }),
    });
    const known = diagnostics.filter(({ code }) => code === 'select/large-seed').map(({ dbtName }) => dbtName);
    return [ids.includes(seed), ...known];
  };
  expect(told(small, large)).toEqual([true, 'SeedIncreased']);
  expect(told(small, large, 'state:modified.body')).toEqual([true, 'SeedIncreased']);
  expect(told(large, large)).toEqual([false, 'SeedExceedsLimitSamePath']);
  expect(told({ ...large, checksum: 'seeds/old/people.csv' }, large)).toEqual([true, 'SeedExceedsLimitAndPathChanged']);
  expect(told(large, small)).toEqual([true]);
});
