import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  appendEdit,
  deleteEdit,
  type Edit,
  type EditOptions,
  operate,
  rangeOf,
  readChanges,
  replaceEdit,
  stageEdit,
  stageOptimize,
  stagePartitionOverwrite,
  stageReplaceWhere,
  updateEdit,
  upsertEdit,
} from '@eider/delta';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type DeltaTable,
  type DeltaWorkshop,
  deltaWorkshop,
  operatePorts,
} from '../../../../test/support/delta-workshop.ts';
import { quoteName } from '../session/quote.ts';
import { changeFeedQuery } from './change-feed.ts';

let folder: string;
let at: DeltaWorkshop;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eider-operations-'));
  at = await deltaWorkshop(folder);
});

afterAll(async () => {
  at.close();
  await rm(folder, { recursive: true });
});

/** Eight files of a hundred numbers, of two partitions where asked. */
async function numbers(
  configuration: Readonly<Record<string, string>> = {},
  partitionBy: readonly string[] = [],
): Promise<DeltaTable> {
  const rows = (file: number): string =>
    `SELECT range + ${file * 100} AS n, 'v' || range AS v, CASE WHEN ${file} < 4 THEN 'a' ELSE 'b' END AS p FROM range(100)`;
  const table = await at.make(rows(0), partitionBy, configuration);
  for (let file = 1; file < 8; file += 1) await at.append(table, rows(file));
  return table;
}

const all = `SELECT range AS n, 'v' || (range % 100) AS v, CASE WHEN range < 400 THEN 'a' ELSE 'b' END AS p FROM range(800)`;

async function edit(table: DeltaTable, what: Edit, options: Partial<EditOptions> = {}) {
  const ports = operatePorts(at, table);
  const outcome = await operate(ports, (base) => stageEdit(ports, base, what, { operation: 'EDIT', ...options }));
  if (outcome.kind !== 'committed') throw new Error(`It was ${outcome.kind}.`);
  expect(outcome.failures).toEqual([]);
  table.snapshot = outcome.snapshot;
  return outcome.staged;
}

const expectRows = async (table: DeltaTable, sql: string): Promise<void> => {
  expect(await at.differences(await at.scan(table), sql)).toBe(0);
};

const kinds: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['copied on write', {}],
  ['marked as deleted', { 'delta.enableDeletionVectors': 'true' }],
];

describe.each(kinds)('rows that change, %s', (_, configuration) => {
  test('a delete touches the files with such rows alone', async () => {
    const table = await numbers(configuration);
    const staged = await edit(table, deleteEdit('n BETWEEN 150 AND 160'));
    expect((staged.change.removes ?? []).length + (staged.change.marks ?? []).length).toBe(1);
    expect(staged.rows.touched).toBe(11);
    await edit(table, deleteEdit("n = 155 OR v = 'v7' AND p IS NOT NULL"));
    await edit(table, deleteEdit('n > 790 AND NULL'), {}).catch((cause: Error) =>
      expect(cause.message).toMatch(/unchanged/),
    );
    await expectRows(
      table,
      `${all} WHERE n NOT BETWEEN 150 AND 160 AND v <> 'v7'`.replace(all, `SELECT * FROM (${all})`),
    );
  });

  test('an update', async () => {
    const table = await numbers(configuration);
    const staged = await edit(table, updateEdit({ v: "v || '!'", n: 'n + 1000' }, 'n >= 700 AND n % 2 = 0'));
    expect(staged.rows.touched).toBe(50);
    await expectRows(
      table,
      `SELECT CASE WHEN n >= 700 AND n % 2 = 0 THEN n + 1000 ELSE n END, CASE WHEN n >= 700 AND n % 2 = 0 THEN v || '!' ELSE v END, p FROM (${all})`,
    );
  });

  test('a merge of every kind of arm', async () => {
    const table = await numbers(configuration);
    const source = `SELECT n, n % 3 AS kind, 'new' AS v, 'c' AS p FROM range(790, 810) AS t(n) UNION ALL SELECT NULL, 0, 'null', 'c'`;
    const staged = await edit(
      table,
      {
        source: `SELECT n, v, p, kind FROM (${source})`,
        keys: ['n'],
        matched: [
          { when: 'source.kind = 0', fate: 'delete' },
          { when: 'source.kind = 1', fate: { set: { v: 'source.v || target.v', p: 'source.p' } } },
        ],
        inserts: [
          { when: 'source.n > 805', set: { n: 'source.n', v: "'late'" } },
          { when: 'source.n IS NOT NULL', set: { n: 'source.n', v: 'source.v', p: 'source.p' } },
        ],
      },
      { schemaMode: 'add' },
    );
    expect(staged.rows.touched).toBe(7);
    await expectRows(
      table,
      `SELECT * FROM (SELECT n, CASE WHEN n >= 790 AND n % 3 = 1 THEN 'new' || v ELSE v END, CASE WHEN n >= 790 AND n % 3 = 1 THEN 'c' ELSE p END, NULL FROM (${all}) WHERE n < 790 OR n % 3 > 0)
       UNION ALL SELECT n, CASE WHEN n > 805 THEN 'late' ELSE 'new' END, CASE WHEN n > 805 THEN NULL ELSE 'c' END, NULL FROM range(800, 810) AS t(n)`,
    );
  });

  test('rows that come from the source as they stand, of some files and beyond', async () => {
    const table = await numbers(configuration);
    const source = "SELECT n, 'new' AS v, 'c' AS p FROM range(50, 1000, 100) AS t(n)";
    const staged = await edit(table, upsertEdit(source, ['n'], ['n', 'v', 'p'], quoteName), { fileBytes: 1500 });
    expect(staged.rows.touched).toBe(8);
    await expectRows(table, `SELECT * FROM (${all}) WHERE n % 100 <> 50 UNION ALL ${source}`);
    // What is from anywhere is in files of its own, so that the others keep what bounds they had.
    const [wide = [], near = []] = [true, false].map((isWide) =>
      (staged.change.adds ?? []).filter(({ stats }) => (stats ?? '').includes('"v":"new"') === isWide),
    );
    expect(wide.map(({ stats }) => JSON.parse(stats ?? '').numRecords).reduce((a, b) => a + b)).toBe(10);
    expect(near.length > 0).toBe(configuration['delta.enableDeletionVectors'] === undefined);
  });

  test('of several rows that meet one, arms may take one; a column may be called rowid', async () => {
    for (const name of ['other', 'rowid']) {
      const table = await numbers(configuration);
      const merge: Edit = {
        source: `SELECT * FROM (VALUES (5, 'new', 1), (5, 'old', 2), (205, 'old', 3), (900, 'old', 4)) AS t(n, v, ${name})`,
        keys: ['n'],
        on: "target.p = 'a'",
        matched: [{ when: "source.v = 'old'", fate: 'keep' }, { fate: { set: { v: 'source.v' } } }],
        inserts: [{ set: { n: 'source.n', v: `source.${name}::VARCHAR` } }],
      };
      const staged = await edit(table, merge, { schemaMode: 'add' });
      expect(staged.rows.touched).toBe(1);
      const changed = `SELECT n, CASE n WHEN 5 THEN 'new' ELSE v END, p, NULL FROM (${all})`;
      await expectRows(table, `${changed} UNION ALL SELECT 900, '4', NULL, NULL`);
    }
  });

  test('of several rows that meet one, arms may take one or none, where rows that nothing meets change too', async () => {
    const table = await numbers(configuration);
    await edit(table, {
      source: "SELECT * FROM (VALUES (5, 'new'), (5, 'old'), (205, 'old'), (205, 'older'), (7, 'old')) AS t(n, v)",
      keys: ['n'],
      matched: [{ when: "source.v = 'new'", fate: { set: { v: 'source.v' } } }],
      unmatched: [{ when: 'target.n % 2 = 0', fate: 'delete' }],
    });
    await expectRows(table, `SELECT n, CASE n WHEN 5 THEN 'new' ELSE v END, p FROM (${all}) WHERE n % 2 = 1`);
  });

  test('rows that no row of the source meets', async () => {
    const table = await numbers(configuration);
    await edit(table, {
      source: 'SELECT range AS n FROM range(10, 500)',
      keys: ['n'],
      unmatched: [{ when: 'target.n < 5', fate: 'keep' }, { fate: 'delete' }],
    });
    await expectRows(table, `SELECT * FROM (${all}) WHERE n < 5 OR (n >= 10 AND n < 500)`);
  });

  test('several rows for one key are refused, and leave nothing behind', async () => {
    const table = await numbers(configuration);
    const before = (await table.ports.store.list({})).objects.length;
    const twice = 'SELECT 5 AS n, v FROM (VALUES (1), (2)) AS t(v)';
    const merge: Edit = { source: twice, keys: ['n'], matched: [{ fate: { set: { v: 'source.v' } } }], inserts: [{}] };
    await expect(edit(table, merge)).rejects.toMatchObject({ code: 'delta/schema-mismatch' });
    await expect(
      edit(table, { ...merge, source: twice.replace('v FROM', 'v::VARCHAR AS v FROM') }),
    ).rejects.toMatchObject({ code: 'delta/ambiguous-merge' });
    expect((await table.ports.store.list({})).objects.length).toBe(before);
  });
});

test('an edit keeps the order of the files that it does not touch, and a second deletion joins the first', async () => {
  const table = await numbers({ 'delta.enableDeletionVectors': 'true' });
  await edit(table, deleteEdit('n IN (1, 3)'));
  const second = await edit(table, deleteEdit('n = 2'));
  expect(second.change.marks?.[0]?.deletionVector.cardinality).toBe(3);
  expect(second.change.marks?.[0]?.file.stats).toContain('"tightBounds":false');
  const third = await edit(table, deleteEdit('n < 60'));
  expect(third.change.removes).toHaveLength(1);
  await expectRows(table, `SELECT * FROM (${all}) WHERE n >= 60`);
});

describe('overwrites', () => {
  test('of everything, with other columns and partitions', async () => {
    const table = await numbers();
    await edit(table, replaceEdit("SELECT 1 AS x, 'q' AS q"), {
      schemaMode: 'replace',
      create: { partitionBy: ['q'] },
    });
    expect(table.snapshot.metadata.partitionColumns).toEqual(['q']);
    await expectRows(table, "SELECT 1, 'q'");
  });

  test('where a condition holds, which the new rows have to meet', async () => {
    const table = await numbers();
    const ports = operatePorts(at, table);
    const replace = (source: string) =>
      operate(ports, (base) => stageReplaceWhere(ports, base, source, 'n >= 750', { operation: 'WRITE' }));
    await expect(replace("SELECT 7 AS n, 'x' AS v, 'b' AS p")).rejects.toMatchObject({ code: 'delta/broken-rule' });
    await replace("SELECT 751 AS n, 'x' AS v, 'b' AS p");
    await expectRows(table, `SELECT * FROM (${all}) WHERE n < 750 UNION ALL SELECT 751, 'x', 'b'`);
  });

  test('of the partitions that there are rows for; none where there are none', async () => {
    const table = await numbers({}, ['p']);
    const ports = operatePorts(at, table);
    const overwrite = (source: string, allowEmpty = false) =>
      operate(ports, async (base) =>
        base === undefined
          ? undefined
          : stagePartitionOverwrite(ports, base, source, { operation: 'WRITE', allowEmpty }),
      );
    await expect(overwrite("SELECT 1 AS n, 'x' AS v, 'a' AS p WHERE false")).rejects.toMatchObject({
      code: 'delta/empty-overwrite',
    });
    expect((await overwrite("SELECT 1 AS n, 'x' AS v, 'a' AS p WHERE false", true)).kind).toBe('unchanged');
    await overwrite("SELECT 1 AS n, 'x' AS v, 'a' AS p UNION ALL SELECT 2, 'y', 'c'");
    await expectRows(
      table,
      `SELECT * FROM (${all}) WHERE p = 'b' UNION ALL SELECT 1, 'x', 'a' UNION ALL SELECT 2, 'y', 'c'`,
    );
  });
});

describe('columns that change', () => {
  test('new ones, nested ones too', async () => {
    const table = await at.make("SELECT 1 AS n, {'a': 1} AS s, [{'x': 1}] AS l");
    const source = "SELECT 2 AS n, {'b': 'z', 'a': 2} AS s, [{'x': 2, 'y': 'q'}] AS l, true AS more";
    await expect(edit(table, appendEdit(source))).rejects.toMatchObject({
      code: 'delta/schema-mismatch',
      message: expect.stringMatching(/"s.b" is new.*"l.element.y" is new.*"more" is new/),
    });
    const staged = await edit(table, appendEdit(source), { schemaMode: 'add' });
    expect(staged.evolved.added).toEqual(['s.b', 'l.element.y', 'more']);
    await expectRows(
      table,
      "SELECT 1, {'a': 1, 'b': NULL::VARCHAR}, [{'x': 1, 'y': NULL::VARCHAR}], NULL::BOOLEAN UNION ALL SELECT 2, {'a': 2, 'b': 'z'}, [{'x': 2, 'y': 'q'}], true",
    );
  });

  test('narrower values come in as they are, wider ones by writing every file anew', async () => {
    const table = await at.make('SELECT 1 AS n, 1.5::DECIMAL(5,2) AS d, 2.5::FLOAT AS f');
    await edit(table, appendEdit('SELECT 2::TINYINT AS n, 1.2::DECIMAL(2,1) AS d, 1::TINYINT AS f'));
    const wide = 'SELECT 10000000000 AS n, 12345.678::DECIMAL(8,3) AS d, 1e300 AS f';
    await expect(edit(table, appendEdit(wide), { schemaMode: 'add' })).rejects.toMatchObject({
      code: 'delta/schema-mismatch',
    });
    const staged = await edit(table, appendEdit(wide), { schemaMode: 'widen' });
    expect(staged.evolved.widened.map(({ to }) => to)).toEqual(['long', 'decimal(8,3)', 'double']);
    expect(staged.change.removes).toHaveLength(2);
    await expectRows(
      table,
      `SELECT 1, 1.500, 2.5 UNION ALL SELECT 2, 1.200, 1.0 UNION ALL SELECT 10000000000, 12345.678, 1e300`,
    );
    await expect(edit(table, appendEdit("SELECT 'text' AS n"), { schemaMode: 'widen' })).rejects.toThrow(
      /"n" is long there, and string/,
    );
  });
});

describe('rules of a table', () => {
  test('hold for every row that comes in or changes', async () => {
    const table = await at.make("SELECT 1 AS n, 'x' AS `v w`".replaceAll('`', '"'), [], {
      'delta.constraints.positive': '`n` > 0',
      'delta.constraints.known': `\`v w\` IN ("x", 'it\\'s')`,
    });
    await edit(table, appendEdit(`SELECT 2 AS n, 'it''s' AS "v w"`));
    await expect(
      edit(table, appendEdit(`SELECT * FROM (VALUES (-1, 'x'), (0, 'z'), (NULL, 'x')) AS v(n, "v w")`)),
    ).rejects.toMatchObject({
      code: 'delta/broken-rule',
      message: expect.stringMatching(/positive .* by 3 rows; .*known .* by 1 row\./),
    });
    await expect(edit(table, updateEdit({ n: 'n - 1' }))).rejects.toMatchObject({ code: 'delta/broken-rule' });
    await edit(table, updateEdit({ n: 'n + 1' }));
    await expectRows(table, `SELECT 2, 'x' UNION ALL SELECT 3, 'it''s'`);
  });

  test('one that cannot be evaluated is refused by name', async () => {
    const table = await at.make('SELECT 1 AS n', [], { 'delta.constraints.odd': 'spark_only(n)' });
    await expect(edit(table, appendEdit('SELECT 2 AS n'))).rejects.toMatchObject({
      code: 'delta/unsupported-feature',
      message: expect.stringContaining('delta.constraints.odd'),
    });
  });
});

describe('optimize', () => {
  test('makes few files of many, and the next one finds nothing to do', async () => {
    const table = await numbers({}, ['p']);
    await edit(table, deleteEdit('n IN (0, 1)'));
    const ports = operatePorts(at, table);
    const run = () => operate(ports, async (base) => base && stageOptimize(ports, base));
    const outcome = await run();
    expect(outcome.snapshot?.files.size).toBe(2);
    expect(outcome.snapshot?.commitInfo?.operation).toBe('OPTIMIZE');
    await expectRows(table, `SELECT * FROM (${all}) WHERE n > 1`);
    expect((await run()).kind).toBe('unchanged');
  });

  test('orders rows, by one column after another or by all of them together', async () => {
    const rows = 'SELECT (range * 7919) % 100000 AS a, (range * 104729) % 100000 AS b FROM range(1500000)';
    const table = await at.make(rows);
    const ports = operatePorts(at, table);
    const touched = async (where: string): Promise<number> => {
      const found = await stageEdit(ports, await current(table), deleteEdit(where), { operation: 'DELETE' });
      return found.change.removes?.length ?? 0;
    };
    const current = async (of: DeltaTable) => (await operate(operatePorts(at, of), async () => undefined)).snapshot;
    const optimize = (order: { sort: string[] } | { zOrder: string[] }) =>
      operate(ports, async (base) => base && stageOptimize(ports, base, { order, targetBytes: 100_000 }));
    await optimize({ sort: ['a'] });
    const files = (await current(table))?.files.size ?? 0;
    expect(files).toBeGreaterThan(1);
    expect(await touched('a < 100')).toBe(1);
    expect(await touched('b < 100')).toBe(files);
    await optimize({ zOrder: ['a', 'b'] });
    const again = (await current(table))?.files.size ?? 0;
    expect(await touched('a < 100')).toBeLessThan(again);
    expect(await touched('b < 100')).toBeLessThan(again);
    const sums = async (from: string) =>
      (await at.connection.query(`SELECT count(*), sum(a), sum(b), sum(hash(a, b)) FROM (${from})`)).rows;
    expect(await sums(await at.scan(table))).toEqual(await sums(rows));
  });
});

describe.each(kinds)('the change data feed, %s', (_, configuration) => {
  test('says what every version brought and took', async () => {
    const table = await at.make("SELECT range AS n, 'a' AS v FROM range(10)", [], {
      ...configuration,
      'delta.enableChangeDataFeed': 'true',
    });
    await edit(table, appendEdit("SELECT 10 AS n, 'b' AS v"));
    await edit(table, deleteEdit('n = 3'));
    await edit(table, updateEdit({ v: "'c'" }, 'n IN (4, 5)'));
    await edit(table, {
      source: "SELECT * FROM (VALUES (4, 'm'), (20, 'm')) AS s(n, v)",
      keys: ['n'],
      matched: [{ fate: { set: { v: 'source.v' } } }],
      inserts: [{}],
    });
    const readRange = (location: string, start: number, length: number) =>
      rangeOf(table.ports.store, location, start, length);
    const feed = (from: number, to?: number) =>
      changeFeedQuery({
        ports: table.ports,
        connection: at.connection,
        readRange,
        from,
        ...(to === undefined ? {} : { to }),
      });
    const columns = 'n, v, _change_type, _commit_version';
    const expected = `SELECT * FROM (VALUES (10, 'b', 'insert', 1), (3, 'a', 'delete', 2),
      (4, 'a', 'update_preimage', 3), (5, 'a', 'update_preimage', 3), (4, 'c', 'update_postimage', 3), (5, 'c', 'update_postimage', 3),
      (4, 'c', 'update_preimage', 4), (4, 'm', 'update_postimage', 4), (20, 'm', 'insert', 4)) AS v(${columns})`;
    expect(await at.differences(`SELECT ${columns} FROM (${await feed(1)})`, expected)).toBe(0);
    expect(
      await at.differences(
        `SELECT ${columns} FROM (${await feed(0, 1)})`,
        `SELECT range, 'a', 'insert', 0 FROM range(10) UNION ALL SELECT 10, 'b', 'insert', 1`,
      ),
    ).toBe(0);
    await expect(feed(9)).rejects.toMatchObject({ code: 'delta/no-version' });
  });
});

test('a table without a change data feed says so', async () => {
  const table = await at.make('SELECT 1 AS n');
  await expect(readChanges(table.ports, 0)).rejects.toMatchObject({ code: 'delta/no-feed' });
});
