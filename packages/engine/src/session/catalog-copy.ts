import { rename, rm, stat } from 'node:fs/promises';
import { contents, isCatalog, notesSchema } from './other-relations.ts';

/** Whether a file is a copy of the catalog as eider put it there: nobody has made a database of it since. */
export async function isCatalogCopy(path: string): Promise<boolean> {
  const file = await stat(path).catch(() => undefined);
  if (file === undefined || (file.mode & 0o222) !== 0) return false;
  const all = await contents(path);
  return all !== 'locked' && isCatalog(all) && all.every(({ schema }) => schema !== notesSchema);
}

/**
 * Removes a copy of the catalog, which a project that needs no database has at its path, to make room for one. Another process may have made its own there
 * meanwhile: what was looked at is taken aside by its name, and goes if it is still that.
 */
export async function removeCopy(path: string): Promise<void> {
  const before = await stat(path).catch(() => undefined);
  if (before === undefined || !(await isCatalogCopy(path))) return;
  const aside = `${path}.${process.pid}.eider`;
  await rename(path, aside);
  const moved = await stat(aside);
  await (moved.ino === before.ino ? rm(aside, { force: true }) : rename(aside, path));
}
