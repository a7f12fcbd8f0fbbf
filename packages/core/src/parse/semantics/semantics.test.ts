import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeSemanticManifest } from '../../manifest/semantic-manifest.ts';
import { readProject } from '../../project/read-project.ts';
import { parseProject } from '../parse-project.ts';

// Invariant: what dbt refuses of a semantic layer is one finding with the place of the entry; what it takes gives none. That the records
// are dbt's is shown by the project `semantic-layer` of the interop tests.

const root = mkdtempSync(join(tmpdir(), 'eider-semantic-'));
afterAll(() => rmSync(root, { recursive: true }));

let count = 0;

const sound = `
models:
  - name: days
    time_spine: {standard_granularity_column: day}
    columns: [{name: day, granularity: day}]
semantic_models:
  - name: orders
    model: ref('orders')
    defaults: {agg_time_dimension: ordered_on}
    entities: [{name: order_key, type: primary, expr: id}]
    dimensions: [{name: ordered_on, type: time, type_params: {time_granularity: day}}]
    measures:
      - {name: amount, agg: sum, create_metric: true}
      - {name: buyers, agg: count_distinct, expr: buyer}
metrics:
  - {name: revenue, label: Revenue, type: simple, type_params: {measure: amount}}
saved_queries:
  - {name: weekly, query_params: {metrics: [revenue]}}
`;

async function parse(text: string, spine = 'days') {
  const dir = join(root, String(count++));
  const files = {
    'dbt_project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, schema: dev}}}\n',
    'models/orders.sql': 'select 1 as id, 2 as amount, 3 as buyer, today() as ordered_on',
    [`models/${spine}.sql`]: 'select today() as day',
    'models/semantic.yml': text,
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
  const { project, diagnostics } = await readProject({ projectDir: dir, env: {} });
  if (project === null) throw new Error(diagnostics.map((one) => one.message).join('\n'));
  const parsed = parseProject(project, { startedAt: new Date('2026-01-02T03:04:05Z') });
  const all = [...diagnostics, ...parsed.diagnostics];
  return {
    manifest: parsed.manifest,
    found: all.map(({ message, place, severity }) => `${severity} ${place?.file}:${place?.line}: ${message}`),
  };
}

test('a time dimension may be without a grain beside one that has one', async () => {
  const dimension = '{name: paid_on, type: time}, {name: ordered_on';
  expect((await parse(sound.replace('{name: ordered_on', dimension))).found).toEqual([]);
});

test('a sound one: metrics depend on semantic models, these on models, saved queries on metrics', async () => {
  const { found, manifest } = await parse(sound);
  expect(found).toEqual([]);
  expect(manifest.parent_map).toMatchObject({
    'metric.shop.amount': ['semantic_model.shop.orders'],
    'metric.shop.revenue': ['semantic_model.shop.orders'],
    'saved_query.shop.weekly': ['metric.shop.revenue'],
    'semantic_model.shop.orders': ['model.shop.orders'],
  });
  expect(manifest.child_map['semantic_model.shop.orders']).toEqual(['metric.shop.amount', 'metric.shop.revenue']);
  expect(writeSemanticManifest(manifest)).toMatchObject({
    metrics: [{ name: 'amount' }, { name: 'revenue' }],
    project_configuration: { time_spines: [{ primary_column: { name: 'day', time_granularity: 'day' } }] },
  });
});

test('a time spine that is known by its name alone', async () => {
  const { manifest } = await parse(sound.replace(/models:[\s\S]*?(?=semantic_models)/, ''), 'metricflow_time_spine');
  expect(writeSemanticManifest(manifest).project_configuration).toEqual({
    metadata: null,
    dsi_package_version: expect.anything(),
    time_spine_table_configurations: [
      { location: '"shop"."dev"."metricflow_time_spine"', column_name: 'date_day', grain: 'day' },
    ],
    time_spines: [],
  });
});

test.each<readonly [string, string, string, readonly RegExp[]]>([
  [
    'a measure that is not there',
    'measure: amount}',
    'measure: amuont}',
    [/:16: A semantic model having a measure `amuont`/],
  ],
  [
    'a metric that is not there',
    '[revenue]',
    '[revenu]',
    [/:18: Saved query .* depends on a metric named 'revenu', which/],
  ],
  ['an unknown aggregation', 'agg: sum,', 'agg: total,', [/"agg" cannot be "total"/, /having a measure `amount`/]],
  ['an unknown type of metric', 'type: simple', 'type: plain', [/"type" cannot be "plain"/, /named 'revenue'/]],
  ['no label', 'label: Revenue, ', '', [/:16: A metric needs "label"/, /named 'revenue'/]],
  [
    'a relation that is not there',
    "ref('orders')",
    "ref('order')",
    [/:8: Semantic_model .*a node named 'order', which/],
  ],
  [
    'no primary entity',
    'type: primary',
    'type: unique',
    [/:7: The semantic model "orders": It has dimensions and no primary/],
  ],
  ['two primary entities', 'expr: id}', 'expr: id}, {name: key_too, type: primary}', [/It has 2 primary entities/]],
  [
    'a name twice',
    'name: buyers',
    'name: ordered_on',
    [/"ordered_on" is the name of a measure and of a dim/, /"ordered_on"/],
  ],
  ['a name of a granularity', 'name: buyers', 'name: week', [/"week" is that of a granularity/]],
  [
    'a name with capitals',
    'name: weekly',
    'name: Weekly',
    [/The saved query "Weekly": The name "Weekly" cannot be used/],
  ],
  [
    'no time to sum by',
    '    defaults: {agg_time_dimension: ordered_on}\n',
    '',
    [/"amount" has no "agg_time/, /"buyers" has no "agg_time/],
  ],
  [
    'a default that is none',
    'dimension: ordered_on',
    'dimension: day',
    [/"agg_time_dimension" is "day", which is no time/],
  ],
  [
    'no time spine',
    'granularity: day}]\nsem',
    'granularity: month}]\nsem',
    [/:7: The semantic layer needs a time spine/],
  ],
  ['a percentile without one', 'agg: count_distinct', 'agg: percentile', [/"buyers" needs "percentile"/]],
  ['a ratio of one side', '{measure: amount}}', '{numerator: amount}}', []],
  [
    'an alias of a measure that is no name',
    'type_params: {measure: amount}',
    'type_params: {measure: {name: amount, alias: a}}',
    [/:16: The metric "revenue": The name "a" cannot be used/],
  ],
  [
    'an alias that is a measure',
    'type_params: {measure: amount}',
    'type_params: {measure: {name: amount, alias: buyers}}',
    [/"buyers" is the name of a measure/],
  ],
  [
    'aliases of metrics',
    '{name: revenue, label: Revenue, type: simple, type_params: {measure: amount}}',
    '{name: revenue, label: Revenue, type: derived, type_params: {expr: "a + amount", metrics: [{name: amount, alias: a}, {name: amount, alias: amount}]}}',
    [/"a" cannot be used/, /"amount" is used already/],
  ],
  [
    'a derived metric that leaves one out',
    '{name: revenue, label: Revenue, type: simple, type_params: {measure: amount}}',
    '{name: revenue, label: Revenue, type: derived, type_params: {expr: "1", metrics: [amount]}}',
    [/^warning .*"amount" is not named in its "expr"/],
  ],
  [
    'a window that is none',
    'type: simple, type_params: {measure: amount}',
    'type: cumulative, type_params: {measure: amount, cumulative_type_params: {window: week}}',
    [/"week" is no window of time/],
  ],
  [
    'a percentile that is none',
    'agg: sum,',
    'agg: percentile, agg_params: {percentile: 1.5},',
    [/needs "percentile" under "agg_params": a number between 0 and 1/],
  ],
  ['a percentile of a sum', 'agg: sum,', 'agg: sum, agg_params: {percentile: 0.5},', [/is a sum: leave it out/]],
  ['a percentile of a median', 'agg: sum,', 'agg: median, agg_params: {percentile: 0.4},', [/is a median/]],
  [
    'a count of distinct values',
    'agg: count_distinct, expr: buyer',
    'agg: count, expr: distinct buyer',
    [/is then count_distinct/],
  ],
  [
    'no time dimension with a grain',
    ', type_params: {time_granularity: day}',
    '',
    [/No dimension of the project has "time_granularity"/],
  ],
  ['a model that is no ref', "ref('orders')", 'orders', [/a call of ref/, /having a measure `amount`/]],
  [
    'a label twice',
    'saved_queries:',
    '  - {name: again, label: Revenue, type: simple, type_params: {measure: buyers}}\nsaved_queries:',
    [/The metric "again": The label "Revenue" of "again" is that of "revenue" already/],
  ],
  [
    'a filter that ends too early',
    'type: simple,',
    `type: simple, filter: "{{ Dimension('order_key__kind' }} = 1",`,
    [/The filter of "revenue" cannot be read: /],
  ],
  [
    'a filter of an unknown function',
    'type: simple,',
    `type: simple, filter: "{{ Dimensio('order_key__kind') }} = 1",`,
    [/The filter of "revenue" cannot be read: /],
  ],
  [
    'a filter of a dimension without its entity',
    '{measure: amount}',
    `{measure: {name: amount, filter: "{{ Dimension('kind') }} = 1"}}`,
    [/The filter of "amount" cannot be read: "kind" is written with the entity/],
  ],
  [
    'a group-by that is no call',
    '[revenue]}',
    '[revenue], group_by: [ordered_on]}',
    [/The saved query "weekly": The group-by "ordered_on"/],
  ],
  [
    'a group-by that is not there',
    '[revenue]}',
    `[revenue], group_by: ["Dimension('order_key__nix')"]}`,
    [/is no dimension, entity or metric/],
  ],
  [
    'an order-by of something else',
    '[revenue]}',
    `[revenue], order_by: ["Dimension('order_key__ordered_on')"]}`,
    [/is none of the metrics and group-bys of the query/],
  ],
  [
    'an order-by of another grain',
    '[revenue]}',
    `[revenue], group_by: ["TimeDimension('metric_time', 'day')"], order_by: ["TimeDimension('metric_time')"]}`,
    [/is none of the metrics and group-bys of the query/],
  ],
  [
    'a key that is unknown',
    'agg: sum,',
    'agg: sum, nme: x,',
    [/A measure has no key "nme"/, /having a measure `amount`/],
  ],
  ['a limit below nothing', '[revenue]}', '[revenue], limit: -1}', [/The "limit" is -1/]],
  [
    'an export to a file',
    '[revenue]}',
    '[revenue]}, exports: [{name: out, config: {export_as: file}}]',
    [/is a table or a view, not "file"/],
  ],
  [
    'a time spine without its column',
    'standard_granularity_column: day}',
    'standard_granularity_column: date}',
    [/The time spine "days": "standard_granularity_column" is "date"/, /needs a time spine/],
  ],
  [
    'a time spine of nothing',
    'columns: [{name: day, granularity: day}]',
    'columns: [{name: day}]',
    [/The time spine "days": Its column "day" needs a "granularity"/, /needs a time spine/],
  ],
  [
    'a granularity without its column',
    'standard_granularity_column: day}',
    'standard_granularity_column: day, custom_granularities: [{name: fiscal, column_name: fy}]}',
    [/The time spine "days": The granularity "fiscal" is in the column "fy"/],
  ],
])('%s', async (_what, from, to, messages) => {
  const text = sound.replace(from, to);
  expect(text).not.toBe(sound);
  const { found } = await parse(text);
  if (messages.length === 0) expect(found).not.toEqual([]);
  for (const [index, message] of messages.entries()) expect(found[index]).toMatch(message);
  expect(found).toHaveLength(Math.max(messages.length, 1));
});

test('a saved query whose group-bys, filters and order are MetricFlow’s', async () => {
  const asked = `[revenue], group_by: ["Dimension('order_key__ordered_on').grain('week')", "TimeDimension('metric_time', 'day')", "Entity('order_key')"]`;
  const more = `where: "{{ TimeDimension('order_key__ordered_on__month') }} > '2026-01-01'", order_by: ["Metric('revenue').descending(True)"], limit: 0}`;
  const { found } = await parse(sound.replace('[revenue]}', `${asked}, ${more}`));
  expect(found).toEqual([]);
});

test('what is switched off is disabled, with the metrics that it makes', async () => {
  const { found, manifest } = await parse(
    sound
      .replace('  - name: orders\n', '  - name: orders\n    config: {enabled: false}\n')
      .replace(/metrics:\n[\s\S]*/, ''),
  );
  expect(found).toEqual([]);
  expect(Object.keys(manifest.disabled)).toEqual(['semantic_model.shop.orders', 'metric.shop.amount']);
  expect(manifest.semantic_models).toEqual({});
});
