import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../../../../test/support/duckdb.ts';
import { type RunFixture, runFixture } from '../../../../test/support/run-fixture.ts';

let fixture: RunFixture;

beforeEach(async () => {
  fixture = await runFixture();
});

afterEach(() => fixture.close());

const sourceRows = { sql: "SELECT i::INTEGER AS id, 'n' || i AS name FROM range(5) r(i)" };

describe('a run', () => {
  test('of external models alone leaves a copy of the catalog at the profile’s path', async () => {
    const path = join(fixture.root, 'shop.duckdb');
    await fixture.run({ base: sourceRows });
    expect(await ask(path, 'SELECT count(*) AS n FROM main.base')).toEqual([{ n: 5n }]);
    await fixture.run({ base: { sql: 'SELECT 1 AS id' } });
    expect(await ask(path, 'SELECT * FROM main.base')).toEqual([{ id: 1 }]);
  });

  test('that needs a database makes one in the place of the copy, which nobody may write to', async () => {
    const path = join(fixture.root, 'shop.duckdb');
    await fixture.run({ base: sourceRows });
    expect((await stat(path)).mode & 0o222).toBe(0);
    const nodes = { base: sourceRows, kept: { sql: 'SELECT 1 AS id', materialized: 'table' } };
    expect((await fixture.run(nodes)).said.kept).toBe('success OK');
    expect((await stat(path)).mode & 0o200).toBe(0o200);
    expect(await ask(path, 'SELECT * FROM main.kept')).toEqual([{ id: 1 }]);
    expect(await ask(path, "SELECT 1 FROM duckdb_schemas() WHERE schema_name = 'eider'")).toEqual([]);
    await fixture.run(nodes);
    expect((await readdir(fixture.root)).filter((name) => name.startsWith('shop'))).toEqual(['shop.duckdb']);
  });

  test('that finds something else at the profile’s path leaves it, and says so at the first commit', async () => {
    const path = join(fixture.root, 'shop.duckdb');
    await writeFile(path, 'not a database');
    const codes = async (): Promise<readonly string[]> => {
      const { events, summary } = await fixture.run({ base: sourceRows });
      expect(summary.success).toBe(true);
      return events.flatMap((event) => (event.kind === 'finding' ? [event.diagnostic.code] : []));
    };
    expect(await codes()).toContain('engine/database-left');
    expect(await codes()).not.toContain('engine/database-left');
    expect(await readFile(path, 'utf8')).toBe('not a database');
  });
});
