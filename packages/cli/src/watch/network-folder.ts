import { statfs } from 'node:fs/promises';

/** The kind of network file system that a folder lies on, null for a local disk and where it cannot be told. */
export async function networkKind(folder: string): Promise<string | null> {
  const { fileSystemName } = await import('@eider/engine');
  const type = (await statfs(folder).catch(() => null))?.type;
  const found = type === undefined ? null : fileSystemName(type, process.platform);
  return found?.isNetwork === true ? found.kind : null;
}
