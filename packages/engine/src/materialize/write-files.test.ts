import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { removeFolder, temporaryFolder } from '../../../../test/support/temporary-project.ts';
import type { GenerationPlace } from '../lake/lake.ts';
import { serialConnection } from '../session/connection.ts';
import type { Connection } from '../session/session.ts';
import { type WrittenFiles, writeFiles } from './write-files.ts';

let folder = '';
let connection: Connection;
let held: string[] = [];
let gaveUp = false;

beforeEach(async () => {
  folder = temporaryFolder('write-files');
  held = [];
  gaveUp = false;
  connection = serialConnection(await (await DuckDBInstance.create(':memory:', { errors_as_json: 'true' })).connect());
});
afterEach(() => {
  connection.close();
  removeFolder(folder);
});

/** Writes rows to `<folder>/b-1.parquet` by way of a desk that has this path for them. */
function write(
  draft: string | undefined,
  sql = 'SELECT * FROM range(1000) t(i)',
  folders = false,
): Promise<WrittenFiles> {
  const desk: NonNullable<GenerationPlace['desk']> = {
    near: () => undefined,
    draft: async () => draft,
    hold: async (uri, file) => {
      held.push(`${file} is ${uri}`);
    },
    giveUp: async () => {
      gaveUp = true;
    },
  };
  const layout = {
    format: 'parquet',
    copyOptions: {},
    perThreadOutput: false,
    mode: 'replace',
    folder: folders,
  } as const;
  const partitionBy = folders ? ['p'] : [];
  const place = { id: 'b-1', folder, desk };
  return writeFiles({ connection, sql, layout: { ...layout, partitionBy }, place, fileName: 'x.parquet' });
}

describe('files that are written on this machine first', () => {
  test('are held under the names that they are to have', async () => {
    const draft = join(folder, 'draft.parquet');
    expect((await write(draft)).files).toMatchObject([
      { path: `${folder}/b-1.parquet`, name: 'x.parquet', rows: 1000 },
    ]);
    expect(held).toEqual([`${draft} is ${folder}/b-1.parquet`]);
    expect(existsSync(`${folder}/b-1.parquet`)).toBe(false);
  });

  test('may be a folder', async () => {
    const { files } = await write(join(folder, 'draft'), 'SELECT i, i % 2 AS p FROM range(10) t(i) ORDER BY p', true);
    expect(files.map(({ name, path }) => [name, path]).sort()).toEqual([
      ['p=0/data_0.parquet', `${folder}/b-1/p=0/data_0.parquet`],
      ['p=1/data_0.parquet', `${folder}/b-1/p=1/data_0.parquet`],
    ]);
    expect(held).toHaveLength(2);
  });

  test('go to their place where there is no draft, and where the folder of drafts is gone', async () => {
    for (const draft of [undefined, join(folder, 'gone', 'draft.parquet')]) {
      expect((await write(draft)).files).toMatchObject([{ path: `${folder}/b-1.parquet`, rows: 1000 }]);
      expect(gaveUp).toBe(draft !== undefined);
    }
    expect(held).toEqual([]);
  });

  test.skipIf(!existsSync('/dev/full'))('go to their place where the disk is full', async () => {
    const full = join(folder, 'full.parquet');
    symlinkSync('/dev/full', full);
    expect((await write(full)).files).toMatchObject([{ path: `${folder}/b-1.parquet`, rows: 1000 }]);
    expect(gaveUp).toBe(true);
    expect(existsSync(full)).toBe(false);
  });

  test('fail with the query, once', async () => {
    await expect(write(join(folder, 'draft.parquet'), "SELECT error('no such luck')")).rejects.toThrow('no such luck');
    expect(gaveUp).toBe(false);
    expect(existsSync(`${folder}/b-1.parquet`)).toBe(false);
  });
});
