import { rename, writeFile } from 'node:fs/promises';

/** Writes a file by one rename: a kill leaves the old one or the new one. */
export async function writeWhole(path: string, text: string, pid: number): Promise<void> {
  const draft = `${path}.${pid}.tmp`;
  await writeFile(draft, text);
  await rename(draft, path);
}
