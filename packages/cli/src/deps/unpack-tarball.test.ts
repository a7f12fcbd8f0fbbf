import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unpackTarball } from './unpack-tarball.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eider-tar-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

type Entries = Parameters<typeof packTar>[0];

async function unpack(entries: Entries, limits?: { readonly files: number; readonly bytes: number }): Promise<string> {
  writeFileSync(join(folder, 'a.tgz'), gzipSync(await packTar(entries)));
  return unpackTarball(join(folder, 'a.tgz'), join(folder, 'out'), 'acme/a', limits);
}

const file = (name: string, body = 'x', more = {}): Entries[number] => ({
  header: { name, size: body.length, ...more },
  body,
});
const link = (name: string, linkname: string, type: 'symlink' | 'link' = 'symlink'): Entries[number] => ({
  header: { name, size: 0, type, linkname },
});

describe('an archive', () => {
  it('gives its one folder', async () => {
    expect(await unpack([file('top/dbt_project.yml', 'name: a'), file('top/deep/er/b.sql')])).toBe('top');
    expect(readFileSync(join(folder, 'out/top/dbt_project.yml'), 'utf8')).toBe('name: a');
  });

  it('is read as the tar command writes it: long names, links inside', async () => {
    const long = `${'d'.repeat(90)}/${'f'.repeat(140)}.sql`;
    mkdirSync(join(folder, 'top', 'd'.repeat(90)), { recursive: true });
    writeFileSync(join(folder, 'top', long), 'grün');
    symlinkSync(long, join(folder, 'top', 'near.sql'));
    execFileSync('tar', ['-czf', join(folder, 'a.tgz'), '-C', folder, 'top']);
    expect(await unpackTarball(join(folder, 'a.tgz'), join(folder, 'out'), 'a')).toBe('top');
    expect(readFileSync(join(folder, 'out/top/near.sql'), 'utf8')).toBe('grün');
  });

  it.each([
    ['a path that climbs out', [file('top/a'), file('top/../../evil')], 'has a file outside of itself'],
    ['an absolute path', [file('/tmp/evil')], 'has a file outside of itself'],
    ['backslashes that climb out', [file('top\\..\\..\\evil')], 'has a file outside of itself'],
    ['a link that leads out', [link('top/l', '../../evil')], 'has a link that leads out of it'],
    ['an absolute link', [link('top/l', '/etc/passwd')], 'has a link that leads out of it'],
    ['a hard link that leads out', [link('top/l', '../evil', 'link')], 'has a link that leads out of it'],
    ['a device', [{ header: { name: 'top/dev', size: 0, type: 'character-device' } }], 'has a character-device in it'],
    ['two folders', [file('top/a'), file('other/b')], 'must hold one folder'],
    ['nothing', [], 'must hold one folder'],
  ] as readonly [string, Entries, string][])('with %s is refused', async (_, entries, said) => {
    await expect(unpack(entries)).rejects.toThrow(said);
    expect(existsSync(join(folder, 'evil'))).toBe(false);
  });

  it('that holds too much is refused', async () => {
    const entries = [file('top/a', 'x'.repeat(100)), file('top/b', 'x'.repeat(100))];
    await expect(unpack(entries, { files: 9, bytes: 150 })).rejects.toThrow('holds too much');
    await expect(unpack(entries, { files: 1, bytes: 999 })).rejects.toThrow('holds too much');
  });

  it.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length - 30)],
    ['no archive', () => Buffer.from('<html>')],
  ])('that is %s is refused', async (_, spoil) => {
    const bytes = gzipSync(await packTar([file('top/a', 'some text that takes a few bytes')]));
    writeFileSync(join(folder, 'a.tgz'), spoil(bytes));
    await expect(unpackTarball(join(folder, 'a.tgz'), join(folder, 'out'), 'acme/a')).rejects.toThrow(
      'The archive of acme/a is broken',
    );
  });
});
