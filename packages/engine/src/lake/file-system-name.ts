/** Linux's numbers of file systems: `statfs(2)`. */
const linux: ReadonlyMap<number, string> = new Map([
  [0xef53, 'ext4'],
  [0x58465342, 'XFS'],
  [0x9123683e, 'Btrfs'],
  [0x2fc12fc1, 'ZFS'],
  [0x01021994, 'tmpfs'],
  [0x794c7630, 'overlayfs'],
  [0xf2f52010, 'F2FS'],
  [0x4d44, 'FAT'],
  [0x2011bab0, 'exFAT'],
  [0x5346544e, 'NTFS'],
]);

/** Those on which another machine, or the host of a virtual one, may write too. */
const network: ReadonlyMap<number, string> = new Map([
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

/** The name of a file system by the number that `statfs` gives; null for one that is not known, and on systems whose numbers mean nothing lasting. */
export function fileSystemName(
  type: number,
  platform: NodeJS.Platform,
): { readonly kind: string | null; readonly isNetwork: boolean } {
  if (platform !== 'linux') return { kind: null, isNetwork: false };
  const number = type >>> 0;
  const shared = network.get(number);
  return shared === undefined
    ? { kind: linux.get(number) ?? null, isNetwork: false }
    : { kind: shared, isNetwork: true };
}
