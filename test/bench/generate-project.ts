import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface ProjectShape {
  readonly models: number;
  readonly materialized: 'external' | 'table' | 'view';
  /** Rows in each of the eight source relations. */
  readonly rows: number;
  readonly threads: number;
  /** Adds unique and not_null to every tenth model. */
  readonly tests: boolean;
}

/** Numbers in [0, 1) that are the same on every machine (a linear congruential generator). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * Writes a project of three layers: bronze reads sources and calls a macro, silver joins one to three models of bronze and
 * silver, gold aggregates one to three of silver; 40, 40 and 20 of a hundred. The same shape gives the same files.
 */
export function generateProject(folder: string, shape: ProjectShape): void {
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write('dbt_project.yml', projectFile(shape));
  write('profiles.yml', profileFile(shape));
  write(
    'macros/cents.sql',
    "{% macro cents(column, scale=100) -%}\n  cast({{ column }} * {{ var('factor', scale) }} as bigint)\n{%- endmacro %}\n",
  );
  write('models/bronze/sources.yml', sourcesFile(shape.rows));
  const models = layeredModels(shape.models);
  for (const [path, sql] of models) write(`models/${path}.sql`, sql);
  if (shape.tests) write('models/models.yml', testsFile(models.map(([path]) => path.split('/')[1] ?? '')));
  for (const layer of ['bronze', 'silver', 'gold']) mkdirSync(join(folder, 'lake', layer), { recursive: true });
}

function projectFile({ materialized }: ProjectShape): string {
  return `name: generated
version: '1.0'
profile: generated
flags: {send_anonymous_usage_stats: false}
vars: {factor: 100}
models:
  generated:
    +materialized: ${materialized}
    bronze: {+tags: [bronze]}
    gold: {+tags: [gold, reported]}
`;
}

function profileFile({ threads }: ProjectShape): string {
  return `generated:
  target: dev
  outputs:
    dev: {type: duckdb, path: generated.duckdb, threads: ${threads}, external_root: lake}
`;
}

function sourcesFile(rows: number): string {
  const tables = Array.from({ length: 8 }, (_, i) => {
    const query = `(select i as id, 'g' || (i % 5) as grp, (i * ${i + 3}) % 1000 as amount from range(${rows}) as t(i))`;
    return `      - name: raw_${i}\n        meta: {external_location: "${query}"}\n`;
  });
  return `version: 2\nsources:\n  - name: raw\n    tables:\n${tables.join('')}`;
}

function testsFile(names: readonly string[]): string {
  const tested = names.filter((name, index) => index % 10 === 0 && !name.startsWith('gold'));
  const entry = (name: string): string =>
    `  - name: ${name}\n    columns:\n      - name: id\n        data_tests: [unique, not_null]\n`;
  return `version: 2\nmodels:\n${tested.map(entry).join('')}`;
}

function layeredModels(count: number): (readonly [path: string, sql: string])[] {
  const random = randomNumbers(20261121);
  const pick = (names: readonly string[]): string[] => {
    const picked = Array.from(
      { length: 1 + Math.floor(random() * 3) },
      () => names[Math.floor(random() * names.length)] ?? '',
    );
    return [...new Set(picked)];
  };
  const [inBronze, inSilver] = [Math.floor(count * 0.4), Math.floor(count * 0.4)];
  const numbered = (layer: string, length: number): string[] =>
    Array.from({ length }, (_, i) => `${layer}_${String(i).padStart(4, '0')}`);
  const [bronze, silver, gold] = [
    numbered('bronze', inBronze),
    numbered('silver', inSilver),
    numbered('gold', count - inBronze - inSilver),
  ];
  return [
    ...bronze.map((name, i) => [`bronze/${name}`, bronzeSql(i)] as const),
    ...silver.map(
      (name, i) => [`silver/${name}`, silverSql(pick([...bronze, ...silver.slice(Math.max(0, i - 40), i)]))] as const,
    ),
    ...gold.map((name) => [`gold/${name}`, goldSql(pick(silver))] as const),
  ];
}

function bronzeSql(index: number): string {
  return `select id, grp, amount, {{ cents('amount') }} as cents, ${index} as origin
from {{ source('raw', 'raw_${index % 8}') }}
{% if target.name == 'prod' %}where amount >= 0{% endif %}
`;
}

function joined(parents: readonly string[]): string {
  const [first = '', ...others] = parents;
  const joins = others.map((name, i) => `inner join {{ ref('${name}') }} as p${i + 1} on p0.id = p${i + 1}.id\n`);
  return `from {{ ref('${first}') }} as p0\n${joins.join('')}`;
}

function silverSql(parents: readonly string[]): string {
  return `select p0.id, p0.grp, p0.amount, ${parents.map((_, i) => `p${i}.cents`).join(' + ')} as cents\n${joined(parents)}`;
}

function goldSql(parents: readonly string[]): string {
  return `select p0.grp, count(*) as entries, sum(p0.cents) as cents, max(p0.id) as id\n${joined(parents)}group by p0.grp\n`;
}
