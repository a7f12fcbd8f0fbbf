import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { operate, stageOptimize } from '@eider/delta';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DeltaProject, deltaProject } from '../support/delta-project.ts';
import { operatePorts } from '../support/delta-workshop.ts';
import { runInProcess } from '../support/in-process.ts';

// Invariant: whatever nights an incremental model goes through, its rows and columns are the same as a table of the working database, as Parquet files, and as Delta tables with and
// without deletion vectors and a change data feed; and the log of a Delta table shows what the catalog shows. EIDER_SEQUENCES: how many.

const sequences = Number(process.env.EIDER_SEQUENCES ?? 4);

const strategies = ['append', 'delete+insert', 'merge'] as const;
const changes = ['ignore', 'append_new_columns', 'sync_all_columns', 'fail'] as const;
const shapes = ['same', 'same', 'more', 'wide', 'reordered', 'less'] as const;
const kinds = ['build', 'build', 'build', 'build', 'refresh', 'rollback', 'optimize', 'others'] as const;

interface Night {
  readonly kind: (typeof kinds)[number];
  readonly shape: (typeof shapes)[number];
  readonly seed: number;
}

interface Sequence {
  readonly strategy: (typeof strategies)[number];
  readonly change: (typeof changes)[number];
  readonly partitioned: boolean;
  readonly nights: readonly Night[];
}

const sequence: fc.Arbitrary<Sequence> = fc.record({
  strategy: fc.constantFrom(...strategies),
  change: fc.constantFrom(...changes),
  partitioned: fc.boolean(),
  nights: fc.array(
    fc.record({ kind: fc.constantFrom(...kinds), shape: fc.constantFrom(...shapes), seed: fc.nat(999) }),
    { minLength: 4, maxLength: 6 },
  ),
});

/** The rows that come in one night, each id once. */
function rowsOf({ seed, shape }: Night): string {
  const ids = new Set(Array.from({ length: 2 + (seed % 9) }, (_, at) => (seed * 7 + at * 11) % 40));
  const v = shape === 'wide' ? `${3_000_000_000 + seed}::BIGINT AS v` : `${seed} AS v`;
  const columns: Readonly<Record<string, readonly string[]>> = {
    less: ['id', "'p' || (id % 3) AS p"],
    more: ['id', v, "'p' || (id % 3) AS p", `'n${seed}' AS note`],
    reordered: ["'p' || (id % 3) AS p", v, 'id'],
  };
  const list = columns[shape] ?? ['id', v, "'p' || (id % 3) AS p"];
  return `select ${list.join(', ')} from (values ${[...ids].map((id) => `(${id})`).join(', ')}) r(id)`;
}

const formats: Readonly<Record<string, string>> = {
  held: '',
  files: ", format='parquet'",
  plain: ", format='delta'",
  marked:
    ", format='delta', table_properties={'delta.enableDeletionVectors': true, 'delta.enableChangeDataFeed': true}",
};

function writeModels(project: DeltaProject, { change, partitioned, strategy }: Sequence): void {
  for (const [name, format] of Object.entries(formats)) {
    const parted =
      !partitioned || name === 'held'
        ? ''
        : name === 'files'
          ? ", options={'partition_by': 'p'}"
          : ", partition_by='p'";
    const config = `materialized='incremental', unique_key='id', incremental_strategy='${strategy}', on_schema_change='${change}'${format}${parted}`;
    project.write(`models/${name}.sql`, `{{ config(${config}) }} select * from {{ ref('rows') }}`);
  }
}

/** What a night did: how each model ended, or whether the command did. */
async function nightOf(project: DeltaProject, night: Night): Promise<void> {
  const eider = async (...parameters: readonly string[]): Promise<number> =>
    (await runInProcess([...parameters, '--profiles-dir', project.folder], { cwd: project.folder })).code;
  if (night.kind === 'rollback') return void (await eider('rollback'));
  if (night.kind === 'optimize')
    return void (await Promise.all([await eider('optimize', 'files'), await eider('optimize', 'marked')]));
  if (night.kind === 'others') return await compactByOthers(project);
  project.write('models/rows.sql', `{{ config(materialized='view') }} ${rowsOf(night)}`);
  await eider('build', ...(night.kind === 'refresh' ? ['--full-refresh'] : []));
  const { results } = JSON.parse(readFileSync(join(project.folder, 'target/run_results.json'), 'utf8')) as {
    readonly results: readonly { readonly unique_id: string; readonly status: string }[];
  };
  const ended = results.filter(({ unique_id: id }) => !id.endsWith('.rows')).map(({ status }) => status);
  expect(new Set(ended), JSON.stringify(results)).toHaveLength(1);
}

/** Another writer puts the files of a Delta table together. */
async function compactByOthers(project: DeltaProject): Promise<void> {
  for (const name of ['plain', 'marked']) {
    const ports = operatePorts(project, { ports: project.portsOf(name), root: project.rootOf(name) });
    await operate(ports, async (base) => base && stageOptimize(ports, base, { order: { sort: ['id'] } }));
  }
}

async function check(project: DeltaProject): Promise<void> {
  const { connection } = project;
  const seen: Record<string, unknown> = {};
  await connection.query(`ATTACH '${join(project.folder, 'catalog/dev.duckdb')}' AS published (READ_ONLY)`);
  try {
    for (const name of Object.keys(formats)) {
      const columns = await connection.query(`DESCRIBE published.main.${name}`);
      seen[name] = [
        columns.rows.map(([column, type]) => `${column} ${type}`),
        await project.rowsOf(`FROM published.main.${name}`),
      ];
    }
  } finally {
    await connection.query('DETACH published');
  }
  for (const name of Object.keys(formats)) expect([name, seen[name]]).toEqual([name, seen.held]);
  for (const name of ['plain', 'marked']) await project.both(name);
}

test('random nights of one model in four formats', { timeout: 3_600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(sequence, async (drawn) => {
      const project = await deltaProject('model-sequences');
      try {
        writeModels(project, drawn);
        await nightOf(project, { kind: 'build', shape: 'same', seed: 1 });
        await check(project);
        for (const night of drawn.nights) {
          await nightOf(project, night);
          await check(project);
        }
      } finally {
        project.close();
      }
    }),
    {
      numRuns: sequences,
      seed: Number(process.env.EIDER_SEED ?? 8),
      endOnFailure: process.env.EIDER_SHRINK === undefined,
    },
  );
});
