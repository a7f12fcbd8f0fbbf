import { statfs } from 'node:fs/promises';

/** Linux's numbers of file systems on which another machine, or the host of a virtual one, may write without an event here. */
const remote: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x01021997, '9p'],
  [0x65735546, 'FUSE'],
  [0x00c36400, 'Ceph'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'kAFS'],
  [0x786f4256, 'VirtualBox folder'],
  [0xbacbacbc, 'VMware folder'],
]);

/** The kind of network file system that a folder lies on, null for a local disk and where it cannot be told. */
export async function networkKind(folder: string): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  const type = (await statfs(folder).catch(() => null))?.type;
  return type === undefined ? null : (remote.get(type >>> 0) ?? null);
}
