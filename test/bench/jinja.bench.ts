import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPeers } from '../interop/peers.ts';
import { type Bench, type Result, timesFaster } from './bench.ts';
import { inTurns, type Measurement, measure } from './measure.ts';

/** What both engines render: a name, its template and the macros that it calls. */
interface Job {
  readonly name: string;
  readonly template: string;
  readonly macros: string;
}

const columns = Array.from({ length: 12 }, (_, i) => `'column_${i}'`).join(', ');

/** A small model as people write it: a config, references, a loop, a condition. */
function smallModel(index: number): string {
  return [
    `{{ config(materialized='table', tags=['t${index % 7}']) }}`,
    `{%- set fields = [${columns}] %}`,
    `with source_${index} as (select * from {{ ref('model_${index % 100}') }})`,
    'select',
    '  {% for field in fields -%}',
    `    {{ field }} as {{ field | upper }}_${index}{{ "," if not loop.last }}`,
    '  {% endfor -%}',
    `from source_${index}`,
    `{% if var('limited', false) %}limit {{ ${index} * 2 }}{% endif %}`,
  ].join('\n');
}

/** Loops over columns and values as packages' pivots, unions and date spines have them. */
const heavyMacros = `
{% macro star(names, prefix='', except=[]) -%}
  {%- set kept = [] -%}
  {%- for name in names if name | lower not in except | map('lower') -%}{%- do kept.append(prefix ~ '.' ~ name) -%}{%- endfor -%}
  {{ return(kept | join(', ')) }}
{%- endmacro %}
{% macro pivot(column, values, agg='sum', then_value=1) -%}
  {% for value in values %}
    {{ agg }}(case when {{ column }} = '{{ value | replace("'", "''") }}' then {{ then_value }} else 0 end)
      as {{ ('c_' ~ value) | lower }}{% if not loop.last %},{% endif %}
  {% endfor %}
{%- endmacro %}
{% macro spine(count) -%}
  {%- set parts = [] -%}
  {%- for i in range(count) -%}{%- do parts.append('p' ~ i ~ '.generated * power(2, ' ~ i ~ ')') -%}{%- endfor -%}
  {{ return(parts | join(' + ')) }}
{%- endmacro %}
{% macro one(x) %}{{ x + 1 }}{% endmacro %}
`;

const heavyTemplate = `
{%- set names = [] -%}{%- for i in range(60) -%}{%- do names.append('Name_' ~ i) -%}{%- endfor -%}
{% for round in range(40) %}
  select {{ star(names, 't' ~ round, except=['name_3', 'NAME_9']) }}, {{ pivot('kind', names[:30]) }}, {{ spine(12) }}
{% endfor %}
{% for i in range(10000) %}{{ one(i) }}{% endfor %}`;

const rounds = 9;

/**
 * Templates in eider's engine and in dbt's, in processes of their own; each tells how long its renders took. The best
 * round counts: renders wait for nothing, so all that is longer is the machine's other work.
 */
export const jinja: Bench = {
  name: 'Templates against the Jinja of dbt',
  async run(folder) {
    const small: Job[] = Array.from({ length: 2000 }, (_, i) => ({
      name: `model_${i}`,
      template: smallModel(i),
      macros: '',
    }));
    const heavy: Job[] = [{ name: 'heavy', template: heavyTemplate, macros: heavyMacros }];
    return [
      await against(folder, '2,000 small models: times faster than dbt', small, 5),
      await against(folder, 'loops of packages and 10,000 macro calls: times faster than dbt', heavy, 1),
    ];
  },
};

async function against(folder: string, what: string, jobs: readonly Job[], atLeast: number): Promise<Result> {
  const file = join(folder, 'jobs.json');
  writeFileSync(file, JSON.stringify(jobs));
  const [script, peer] = ['jinja-rival.mjs', 'jinja_rival.py'].map((name) => join(import.meta.dirname, name));
  const rivals = {
    dbt: () => timed([findPeers().dbtPython, peer ?? '', file]),
    eider: () => timed([process.execPath, script ?? '', file]),
  };
  const measured = await inTurns(rounds, rivals, (all) => Math.min(...all));
  const [ours, theirs] = [measured.eider, measured.dbt];
  if (ours === undefined || theirs === undefined || ours.stdout !== theirs.stdout) {
    throw new Error('the two engines gave other texts: their times say nothing');
  }
  return timesFaster(what, ours.ms, theirs.ms, atLeast);
}

/** A rival prints the milliseconds of its renders and a checksum of the texts. */
async function timed(command: readonly string[]): Promise<Measurement> {
  const measured = await measure(command);
  const [ms = '', checksum = ''] = measured.stdout.trim().split(' ');
  return { ...measured, ms: Number(ms), stdout: checksum };
}
