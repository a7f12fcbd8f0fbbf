import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PackageProject, readyFolder } from '@eider/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installedPackages } from '../../../core/src/project/packages.ts';
import { draftFolder } from './swap-folder.ts';

let project = '';
let folder = '';
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'eider-swap-'));
  folder = join(project, 'dbt_packages');
});
afterEach(() => rmSync(project, { recursive: true }));

function fill(path: string, text: string): void {
  mkdirSync(join(path, 'p'), { recursive: true });
  writeFileSync(join(path, 'p', 'f'), text);
}

const held = (): string => readFileSync(join(folder, 'p', 'f'), 'utf8');

describe('a folder that is exchanged', () => {
  it('is the draft then, and nothing else is left', async () => {
    for (const text of ['first', 'second']) {
      const draft = await draftFolder(folder, process.pid);
      fill(draft.path, text);
      await draft.publish();
      expect(held()).toBe(text);
    }
    expect(readdirSync(project)).toEqual(['dbt_packages']);
  });

  it('stays as it was where the draft is not published, and the next draft takes what a kill left', async () => {
    fill(folder, 'old');
    const dead = 2 ** 22 + 1;
    fill((await draftFolder(folder, dead)).path, 'half');
    fill(join(project, `.dbt_packages.old-${dead}`), 'older');
    expect(held()).toBe('old');
    await (await draftFolder(folder, process.pid)).discard();
    expect(readdirSync(project)).toEqual(['dbt_packages']);
  });

  it('leaves the drafts of processes that live', async () => {
    fill((await draftFolder(folder, process.pid)).path, 'half');
    await draftFolder(folder, process.ppid);
    expect(readdirSync(project)).toEqual([`.dbt_packages.new-${process.pid}`]);
  });

  it('is put in its place by the next reader where it was killed between the old one and the new', async () => {
    fill(folder, 'old');
    fill(readyFolder(folder), 'new');
    const root = { root: project, packagesInstallPath: 'dbt_packages' } as PackageProject;
    await installedPackages(root);
    expect(held()).toBe('old');
    renameSync(folder, join(project, '.dbt_packages.old-1'));
    expect(await installedPackages(root)).toEqual([join(folder, 'p')]);
    expect(held()).toBe('new');
  });
});
