import { expect, test } from 'vitest';
import { manifestOf } from '../../../../test/manifest-builder.ts';
import { buildGraph } from '../graph/build-graph.ts';
import { resourceTypesOf } from './resource-types.ts';
import { select } from './select.ts';

// raw.orders -> stg_orders -> orders -> report <- customers <- stg_customers <- people
const manifest = manifestOf({
  'source.shop.raw.orders': { tags: ['landing'] },
  'seed.shop.people': {},
  'model.shop.stg_orders': {
    from: ['source.shop.raw.orders'],
    folder: 'staging',
    tags: ['nightly'],
    patch: 'models/staging/schema.yml',
  },
  'model.shop.stg_customers': { from: ['seed.shop.people'], folder: 'staging', config: { materialized: 'table' } },
  'model.shop.orders': { from: ['model.shop.stg_orders'], folder: 'marts', tags: ['nightly', 'daily'] },
  'model.shop.customers': {
    from: ['model.shop.stg_customers'],
    folder: 'marts',
    config: { materialized: 'external', meta: { owner: 'ann' } },
  },
  'model.shop.report': {
    from: ['model.shop.orders', 'model.shop.customers'],
    folder: 'marts/finance',
    config: { group: 'finance' },
  },
  'model.shop.blank': { code: ' \n' },
  'test.shop.unique_orders': { from: ['model.shop.orders'], generic: 'unique' },
  'test.shop.relationships_orders': { from: ['model.shop.orders', 'model.shop.customers'], generic: 'relationships' },
  'test.shop.no_orphans': { from: ['model.shop.orders', 'model.shop.stg_orders'], config: { severity: 'WARN' } },
  'exposure.shop.board': { from: ['model.shop.report'] },
});
const { graph } = buildGraph(manifest);

interface Asked {
  readonly exclude?: string[];
  readonly types?: readonly string[];
  readonly mode?: 'eager' | 'cautious' | 'buildable' | 'empty';
}

function ask(
  spec: string[],
  { exclude = [], types = ['model', 'seed', 'source', 'exposure'], mode = 'eager' }: Asked = {},
): string {
  const chosen = select(manifest, graph, { select: spec, exclude, resourceTypes: types, indirectSelection: mode });
  return chosen.ids.map((id) => id.split('.').at(-1)).join(' ');
}

test('a path of disabled nodes alone is there: what packages have at it is meant', () => {
  const both = manifestOf({ 'model.shop.gone': { folder: 'old' }, 'model.parts.part': { folder: 'old' } });
  both.disabled['model.shop.gone'] = [both.nodes['model.shop.gone'] as never];
  delete both.nodes['model.shop.gone'];
  const request = {
    select: ['models/old'],
    exclude: [],
    resourceTypes: ['model'],
    indirectSelection: 'eager',
  } as const;
  expect(select(both, buildGraph(both).graph, request).ids).toEqual(['model.parts.part']);
});

test.each<[string[], string]>([
  [['orders'], 'orders'],
  [['shop.marts.orders'], 'orders'],
  [['marts'], 'customers report orders'],
  [['marts.finance'], 'report'],
  [['shop.*'], 'board customers orders report stg_customers stg_orders people'],
  [['stg_*'], 'stg_customers stg_orders'],
  [['st?_o*'], 'stg_orders'],
  [['stg_[co]*'], 'stg_customers stg_orders'],
  [['stg_[!c]*'], 'stg_orders'],
  [['Orders'], ''],
  [['+report'], 'customers orders report stg_customers stg_orders people orders'],
  [['1+report'], 'customers orders report'],
  [['stg_orders+'], 'board orders report stg_orders'],
  [['stg_orders+1'], 'orders stg_orders'],
  [['1+orders+1'], 'orders report stg_orders'],
  [['@stg_customers'], 'board customers orders report stg_customers stg_orders people orders'],
  [['orders customers'], 'customers orders'],
  [['orders', 'customers'], 'customers orders'],
  [['tag:nightly,tag:daily'], 'orders'],
  [['+report,staging'], 'stg_customers stg_orders'],
  [['tag:n*'], 'orders stg_orders'],
  [['tag:landing+1'], 'stg_orders orders'],
  [['source:raw'], 'orders'],
  [['source:raw.orders+'], 'board orders report stg_orders orders'],
  [['source:shop.raw.*'], 'orders'],
  [['path:models/staging'], 'stg_customers stg_orders'],
  [['models/staging'], 'stg_customers stg_orders'],
  [['./models/staging/'], 'stg_customers stg_orders'],
  [['models/*/finance'], 'report'],
  [['models/**/report.sql'], 'report'],
  [['models/staging/schema.yml'], 'stg_orders'],
  [['report.sql'], 'report'],
  [['file:stg_orders'], 'stg_orders'],
  [['people.csv'], 'people'],
  [['package:this,orders'], 'orders'],
  [['config.materialized:table'], 'stg_customers'],
  [['config.meta.owner:ann'], 'customers'],
  [['config.enabled:true,report'], 'report'],
  [['config.tags:daily'], 'orders'],
  [['group:fin*'], 'report'],
  [['resource_type:seed'], 'people'],
  [['exposure:board'], 'board'],
  [['+exposure:*,resource_type:model,marts'], 'customers orders report'],
  [['version:none,report'], 'report'],
])('%j selects %s', (spec, expected) => {
  expect(ask(spec).split(' ').sort()).toEqual(expected.split(' ').sort());
});

test('without arguments everything but empty files is selected', () => {
  const all = select(manifest, graph, { select: [], exclude: [], resourceTypes: resourceTypesOf('list') });
  expect(all.ids).toHaveLength(11);
  expect(all.ids).not.toContain('model.shop.blank');
  const listed = select(manifest, graph, {
    select: [],
    exclude: [],
    resourceTypes: resourceTypesOf('list'),
    includeEmpty: true,
  });
  expect(listed.ids).toContain('model.shop.blank');
});

test('exclude takes away, with its own operators', () => {
  expect(ask(['marts'], { exclude: ['orders+'] })).toBe('customers');
  expect(ask([], { exclude: ['shop.*', 'source:*'] })).toBe('');
});

const tests: Asked = { types: ['test'] };

test.each<[Asked['mode'], string[], string]>([
  ['eager', ['orders'], 'no_orphans relationships_orders unique_orders'],
  ['cautious', ['orders'], 'unique_orders'],
  ['buildable', ['orders'], 'no_orphans unique_orders'],
  ['empty', ['orders'], ''],
  ['cautious', ['orders', 'customers'], 'relationships_orders unique_orders'],
  ['cautious', ['+orders', 'customers'], 'no_orphans relationships_orders unique_orders'],
  ['empty', ['unique_orders'], 'unique_orders'],
  ['eager', ['test_type:singular'], 'no_orphans'],
  ['eager', ['test_type:generic'], 'relationships_orders unique_orders'],
  ['eager', ['test_name:uniq*'], 'unique_orders'],
  ['eager', ['config.severity:warn'], 'no_orphans'],
])('%s: %j selects the tests %s', (mode, spec, expected) => {
  expect(ask(spec, { ...tests, ...(mode === undefined ? {} : { mode }) })).toBe(expected);
});

function findings(...spec: string[]): unknown {
  const { diagnostics } = select(manifest, graph, { select: spec, exclude: [], resourceTypes: ['model'] });
  return diagnostics.map(({ severity, message, hint }) => [severity, message, hint]);
}

test('what matches nothing is a warning with the nearest name', () => {
  expect(findings('ordres')).toEqual([
    ['warning', "The selection criterion 'ordres' does not match any enabled nodes", 'Did you mean "orders"?'],
  ]);
  expect(findings('tag:nigthly+', 'orders')).toEqual([
    ['warning', "The selection criterion 'tag:nigthly+' does not match any enabled nodes", 'Did you mean "nightly"?'],
  ]);
  expect(findings('stg_orders,people')).toEqual([
    ['warning', "The selection criterion 'stg_orders,people' does not match any enabled nodes", undefined],
  ]);
});

test('what cannot be read is an error that says what to do', () => {
  expect(findings('tags:nightly')).toEqual([
    ['error', '"tags" in the selection "tags:nightly" is not a selection method.', 'Did you mean "tag"?'],
  ]);
  expect(findings('@orders+')).toEqual([
    [
      'error',
      'The selection "@orders+" has both "@" and a "+" behind: "@" takes all children already.',
      'Leave out one of the two.',
    ],
  ]);
  expect(findings('orders,')).toMatchObject([['error', 'The selection "" names nothing.', expect.anything()]]);
  expect(findings('state:modified')).toMatchObject([
    ['error', expect.stringContaining('no comparison manifest'), expect.stringContaining('--state')],
  ]);
  expect(findings('test_type:x')).toMatchObject([
    ['error', expect.stringContaining('"x" is not a type of test'), expect.anything()],
  ]);
});

test('resource types narrow what a command works on', () => {
  expect(resourceTypesOf('run')).toEqual(['model']);
  expect([resourceTypesOf('compile'), resourceTypesOf('build')].map((types) => types.includes('operation'))).toEqual([
    true,
    false,
  ]);
  expect(resourceTypesOf('build', ['model', 'source'])).toEqual(['model']);
  expect(resourceTypesOf('build', [], ['test', 'unit_test'])).not.toContain('test');
  expect(resourceTypesOf('list', ['all'])).toContain('analysis');
  expect(resourceTypesOf('list')).not.toContain('analysis');
});
