import { rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from '../support/duckdb.ts';
import { runEider } from '../support/eider.ts';
import { type Content, NumberLake, profileFile, projectFile, propertiesFile } from '../support/number-lake.ts';
import { removeFolder } from '../support/temporary-project.ts';
import { startWatch, type WatchEvent, type WatchProcess } from '../support/watch-process.ts';

// Invariant: after every save the published catalog shows what the files say; what is broken, and what is built upon it, shows what it showed before.

type Contents = Readonly<Record<string, Content>>;

/** One edit and what it must do. */
interface Edit {
  readonly what: string;
  readonly edit: (lake: NumberLake) => void | Promise<void>;
  /** Relations that keep what they showed before the edit. */
  readonly keeps?: (lake: NumberLake) => readonly string[];
  /** Relations that are shown though no model is there any more. */
  readonly gone?: readonly string[];
  /** A line that is said. */
  readonly says?: RegExp;
  /** How many waves it gives; one where absent. */
  readonly waves?: number;
}

const sql = (text: string): string => `select id, v\n${text}\n`;

const edits: readonly Edit[] = [
  { what: 'a model', edit: (lake) => lake.change('m13', 113) },
  { what: 'a model at the top', edit: (lake) => lake.change('m00', 100) },
  { what: 'a model at the bottom', edit: (lake) => lake.change('m29', 129) },
  { what: 'an ephemeral model', edit: (lake) => lake.change('m07', 107) },
  {
    what: 'a comment of Jinja',
    edit: (lake) => lake.write(lake.path('m03'), lake.sql('m03').trimEnd().concat('{# said #}\n')),
    waves: 0,
    says: /The SQL of m03 is the same/,
  },
  { what: 'white space after the SQL', edit: (lake) => lake.writeModel('m03'), waves: 0 },
  {
    what: 'SQL that is broken',
    edit: (lake) => lake.write(lake.path('m01'), sql("from {{ ref('numbers') }} wheer v > 0")),
    keeps: (lake) => lake.below('m01'),
    says: /models\/external\/m01\.sql:2:\d+/,
  },
  {
    what: 'another model while one is broken',
    edit: (lake) => lake.change('m02', 102),
    keeps: (lake) => lake.below('m01'),
    says: /Still to do: m01, m13, /,
  },
  { what: 'the broken model, mended', edit: (lake) => lake.change('m01', 101) },
  {
    what: 'Jinja that is broken',
    edit: (lake) => lake.write(lake.path('m14'), "select id, v from {{ ref('m08') }\n"),
    keeps: (lake) => lake.below('m14'),
    waves: 0,
    says: /Nothing is built until this is mended/,
  },
  { what: 'the broken Jinja, mended', edit: (lake) => lake.writeModel('m14'), waves: 0 },
  {
    what: 'a ref of nothing',
    edit: (lake) => lake.write(lake.path('m15'), sql("from {{ ref('m99') }}")),
    keeps: (lake) => lake.below('m15'),
    waves: 0,
    says: /m99/,
  },
  { what: 'the ref, mended with another number', edit: (lake) => lake.change('m15', 115) },
  {
    what: 'a table that fails while it runs',
    edit: (lake) => lake.write(lake.path('m08'), "select id, cast('x' || v as integer) as v from {{ ref('m02') }}\n"),
    keeps: (lake) => lake.below('m08'),
    says: /models\/table\/m08\.sql:1:12/,
  },
  { what: 'the table, mended', edit: (lake) => lake.change('m08', 108) },
  {
    what: 'a macro',
    edit: (lake) => {
      lake.factor = 20;
      lake.writeFactor();
    },
  },
  {
    what: 'a macro that is broken',
    edit: (lake) => lake.write('macros/factor.sql', '{% macro factor() %}30'),
    waves: 0,
    says: /macros\/factor\.sql/,
  },
  {
    what: 'the macro, mended',
    edit: (lake) => {
      lake.factor = 30;
      lake.writeFactor();
    },
  },
  {
    what: 'a macro that gives the same in another way',
    edit: (lake) => lake.write('macros/factor.sql', '{% macro factor() -%} {{ 3 * 10 }} {%- endmacro %}\n'),
    waves: 0,
  },
  {
    what: 'a macro of which nobody speaks',
    edit: (lake) => lake.write('macros/unused.sql', '{% macro unused() %}1{% endmacro %}\n'),
    waves: 0,
  },
  {
    what: 'a number in the seed',
    edit: (lake) => {
      lake.numbers = [5, 2, 3];
      lake.writeSeed();
    },
  },
  {
    what: 'a row more in the seed',
    edit: (lake) => {
      lake.numbers = [5, 2, 3, 4];
      lake.writeSeed();
    },
    says: /3 → 4 rows \(\+1\)/,
  },
  {
    what: 'a seed that is broken',
    edit: (lake) => lake.write('seeds/numbers.csv', 'id,v\n1,2,3\n'),
    keeps: (lake) => Object.keys(lake.content()),
    says: /seeds\/numbers\.csv:2/,
  },
  { what: 'the seed, mended', edit: (lake) => lake.writeSeed() },
  {
    what: 'a test that passes',
    edit: (lake) =>
      lake.write(
        'models/models.yml',
        propertiesFile('  - name: m05\n    columns: [{name: id, data_tests: [unique]}]\n'),
      ),
    says: /PASS +unique_m05_id/,
  },
  {
    what: 'a test that fails on what is published',
    edit: (lake) =>
      lake.write(
        'models/models.yml',
        propertiesFile(
          '  - name: m05\n    columns: [{name: v, data_tests: [{accepted_values: {arguments: {values: [1]}}}]}]\n',
        ),
      ),
    says: /FAIL 4 +accepted_values_m05/,
  },
  { what: 'the test, taken away', edit: (lake) => lake.write('models/models.yml', propertiesFile('')), waves: 0 },
  {
    what: 'data that a test finds bad',
    edit: (lake) => lake.write(lake.path('m00'), lake.sql('m00').replace('id,', '1 as id,')),
    keeps: (lake) => lake.below('m00'),
    says: /FAIL 1 +unique_m00_id/,
  },
  { what: 'the data, mended', edit: (lake) => lake.change('m00', 200) },
  {
    what: 'YAML that is broken',
    edit: (lake) => lake.write('models/models.yml', 'version: 2\nmodels:\n  - name: [m00\n'),
    waves: 0,
    says: /models\/models\.yml:/,
  },
  {
    what: 'a description',
    edit: (lake) => lake.write('models/models.yml', propertiesFile('  - {name: m06, description: Said.}\n')),
    waves: 0,
    says: /New descriptions of m06/,
  },
  {
    what: 'a materialization in YAML',
    edit: (lake) => lake.write('models/models.yml', propertiesFile('  - {name: m10, config: {materialized: table}}\n')),
  },
  {
    what: 'a new model',
    edit: (lake) => {
      lake.models.set('n00', { parent: 'm20', add: 7, kind: 'external' });
      lake.writeModel('n00');
    },
    says: /4 rows \(new\)/,
  },
  {
    what: 'a new model, and one that reads it now',
    edit: (lake) => {
      lake.models.set('n01', { parent: 'm21', add: 8, kind: 'view' });
      lake.models.set('m27', { parent: 'n01', add: 9, kind: 'external' });
      lake.writeModel('n01');
      lake.writeModel('m27');
    },
  },
  {
    what: 'a model with another name',
    edit: (lake) => {
      lake.models.set('n02', { parent: 'm20', add: 7, kind: 'external' });
      lake.rename(lake.path('n00'), 'models/external/n02.sql');
      lake.models.delete('n00');
    },
    gone: ['n00'],
    says: /Gone from the project: n00/,
  },
  {
    what: 'a model that is removed while another reads it',
    edit: (lake) => lake.remove(lake.path('n01')),
    gone: ['n00'],
    waves: 0,
    says: /m27 .*n01|n01/,
  },
  {
    what: 'the other one, which reads something else now',
    edit: (lake) => {
      lake.models.set('m27', { parent: 'm21', add: 9, kind: 'external' });
      lake.writeModel('m27');
      lake.models.delete('n01');
    },
    gone: ['n00', 'n01'],
  },
  {
    what: 'five models at once',
    edit: (lake) => {
      for (const [i, model] of ['m04', 'm05', 'm16', 'm22', 'm28'].entries()) lake.change(model, 300 + i);
    },
    gone: ['n00', 'n01'],
  },
  {
    what: 'one model five times in a row',
    edit: async (lake) => {
      for (let i = 0; i < 5; i++) {
        lake.change('m23', 400 + i);
        await wait(8);
      }
    },
    gone: ['n00', 'n01'],
  },
  {
    what: 'a save by rename',
    edit: (lake) => {
      lake.models.set('m24', { parent: 'm18', add: 501, kind: 'external' });
      lake.write('models/external/4913', '');
      lake.write('models/external/m24.sql~', lake.sql('m24'));
      lake.rename('models/external/m24.sql~', 'models/external/m24.sql');
      lake.remove('models/external/4913');
    },
    gone: ['n00', 'n01'],
  },
  {
    what: 'a save in two halves',
    edit: async (lake) => {
      lake.models.set('m25', { parent: 'm19', add: 502, kind: 'external' });
      lake.write(lake.path('m25'), '');
      await wait(120);
      lake.writeModel('m25');
    },
    gone: ['n00', 'n01'],
  },
  {
    what: 'a save that deletes first',
    edit: async (lake) => {
      lake.models.set('m26', { parent: 'm20', add: 503, kind: 'external' });
      lake.remove(lake.path('m26'));
      await wait(60);
      lake.writeModel('m26');
    },
    gone: ['n00', 'n01'],
  },
  {
    what: 'a variable of the project',
    edit: (lake) => {
      lake.models.set('m11', { parent: 'm05', add: 77, kind: 'external' });
      lake.write(lake.path('m11'), sql("from (select id, v + {{ var('more', 0) }} as v from {{ ref('m05') }})"));
      lake.write('dbt_project.yml', projectFile({ more: 77 }));
    },
    gone: ['n00', 'n01'],
  },
  {
    what: 'the variable alone',
    edit: (lake) => {
      lake.models.set('m11', { parent: 'm05', add: 78, kind: 'external' });
      lake.write('dbt_project.yml', projectFile({ more: 78 }));
    },
    gone: ['n00', 'n01'],
  },
  {
    what: 'dbt_project.yml that is broken',
    edit: (lake) => lake.write('dbt_project.yml', 'name: numbers\nprofile: [numbers\n'),
    gone: ['n00', 'n01'],
    waves: 0,
    says: /dbt_project\.yml:/,
  },
  {
    what: 'dbt_project.yml, mended',
    edit: (lake) => lake.write('dbt_project.yml', projectFile({ more: 78 })),
    gone: ['n00', 'n01'],
    waves: 0,
  },
  {
    what: 'the threads of the profile',
    edit: (lake) => lake.write('profiles.yml', profileFile(3)),
    gone: ['n00', 'n01'],
    waves: 0,
  },
  {
    what: 'a profile without the target',
    edit: (lake) => lake.write('profiles.yml', profileFile(3).replace('target: dev', 'target: prod')),
    gone: ['n00', 'n01'],
    waves: 0,
    says: /profiles\.yml/,
  },
  {
    what: 'the profile, mended',
    edit: (lake) => lake.write('profiles.yml', profileFile(2)),
    gone: ['n00', 'n01'],
    waves: 0,
  },
  {
    what: 'a package',
    edit: (lake) => {
      lake.write('dbt_packages/parts/dbt_project.yml', "name: parts\nversion: '1.0'\n");
      lake.write('dbt_packages/parts/models/part.sql', "select id, v + 1 as v from {{ ref('m22') }}\n");
      lake.models.set('part', { parent: 'm22', add: 1, kind: 'external' });
    },
    gone: ['n00', 'n01'],
  },
  {
    what: 'a macro of a package',
    edit: (lake) => {
      lake.write('dbt_packages/parts/macros/one.sql', '{% macro one() %}2{% endmacro %}\n');
      lake.write('dbt_packages/parts/models/part.sql', "select id, v + {{ parts.one() }} as v from {{ ref('m22') }}\n");
      lake.models.set('part', { parent: 'm22', add: 2, kind: 'external' });
    },
    gone: ['n00', 'n01'],
  },
  {
    what: 'what editors leave about',
    edit: (lake) => {
      for (const name of ['.m00.sql.swp', '.#m00.sql', '#m00.sql#', 'm00.sql~', '4913', 'm00.sql.bak'])
        lake.write(`models/external/${name}`, 'select 1');
      lake.change('m17', 600);
    },
    gone: ['n00', 'n01'],
  },
  {
    what: 'a time of a file alone',
    edit: (lake) => utimesSync(join(lake.folder, lake.path('m00')), new Date(), new Date()),
    gone: ['n00', 'n01'],
    waves: 0,
  },
];

describe('eider watch', () => {
  const lake = new NumberLake();
  let watch: WatchProcess;
  let shown: Contents;

  const wavesIn = (events: readonly WatchEvent[]): number =>
    events.filter(({ name }) => name === 'WatchWaveStarted').length;

  beforeAll(async () => {
    watch = startWatch(lake.folder);
    await watch.event('WatchWaiting', 0);
    shown = await lake.published();
  });

  afterAll(async () => {
    await watch.end('SIGKILL');
    removeFolder(lake.folder);
  });

  test('builds at the start what was never built', () => {
    expect(wavesIn(watch.events)).toBe(1);
    expect(shown).toEqual(lake.content());
  });

  test.each(edits)('takes $what', async ({ edit, gone = [], keeps, says, waves = 1 }) => {
    const from = watch.events.length;
    await edit(lake);
    const keep = new Set([...(keeps?.(lake) ?? []), ...gone]);
    const expected: Record<string, Content> = { ...lake.content() };
    for (const name of keep) expected[name] = shown[name] as Content;
    await watch.event('WatchWaiting', from);
    // Two bursts are allowed where a slow machine makes one edit two: what counts is what is shown in the end.
    // And the first to be heard may be a late word of the edit before.
    const heard = (): string =>
      watch.events
        .slice(from)
        .map(({ message }) => message)
        .join('\n');
    for (let tries = 0; tries < 40; tries++) {
      shown = await lake.published();
      const isShown = JSON.stringify(sorted(shown)) === JSON.stringify(sorted(expected));
      if (isShown && (says === undefined || says.test(heard()))) break;
      await wait(250);
    }
    const said = watch.events.slice(from);
    const text = heard();
    expect(shown, text).toEqual(expected);
    if (says !== undefined) expect(text).toMatch(says);
    if (waves === 0) expect(wavesIn(said), text).toBe(0);
    else expect(wavesIn(said), text).toBeGreaterThanOrEqual(waves);
  });

  test('leaves no relation behind its parents, and none withheld', async () => {
    const stale = await ask(
      lake.catalog,
      "select relation_name as name from eider.nodes where stale or coalesce(withheld_by, '') <> ''",
    );
    expect(stale).toEqual([]);
  });

  test('does not stand in the way of another build', async () => {
    const from = watch.events.length;
    lake.change('m03', 700);
    await watch.event('WatchWaveFinished', from);
    rmSync(join(lake.folder, 'models/external/n02.sql'));
    lake.models.delete('n02');
    await watch.event('WatchWaiting', from, ({ message }) => message.startsWith('Watching'));
    const other = await runEider(['build', '--profiles-dir', lake.folder], { cwd: lake.folder });
    expect(other.exitCode, other.stdout).toBe(0);
    // A build without a selection drops what is gone.
    expect(await lake.published()).toEqual(lake.content());
    const after = watch.events.length;
    lake.change('m03', 701);
    await watch.event('WatchWaveFinished', after);
    expect(await lake.published()).toEqual(lake.content());
  });

  test('ends at once with Ctrl-C', async () => {
    const { exitCode } = await watch.end('SIGINT');
    expect(exitCode).toBe(0);
    expect(await lake.published()).toEqual(lake.content());
  });
});

function sorted(contents: Contents): readonly (readonly [string, Content])[] {
  return Object.entries(contents).sort(([a], [b]) => (a < b ? -1 : 1));
}
