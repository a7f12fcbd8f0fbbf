import type { AddFile, DeletionVectorDescriptor, RemoveFile } from './actions.ts';

/**
 * What names one logical file in all its actions: its decoded path and its deletion vector (protocol, "Add File and Remove File"). Writers encode one
 * path in several ways (`p=1` and `p%3D1`), so texts of paths may not be compared: a remove that matched nothing would leave its rows in the table.
 */
export function fileKey({ path, deletionVector }: Pick<AddFile | RemoveFile, 'path' | 'deletionVector'>): string {
  const decoded = decodePath(path);
  return deletionVector ? `${decoded}\n${vectorId(deletionVector)}` : decoded;
}

/** The protocol's `uniqueId` of a deletion vector. */
export function vectorId({ storageType, pathOrInlineDv, offset }: DeletionVectorDescriptor): string {
  const where = offset === undefined || offset === null ? '' : `@${offset}`;
  return `${storageType}${pathOrInlineDv}${where}`;
}

/** A path as the file system has it: `%` sequences resolved, those that are none left as they are. */
export function decodePath(path: string): string {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path.replace(/(?:%[0-9a-f]{2})+/gi, (bytes) => {
      try {
        return decodeURIComponent(bytes);
      } catch {
        return bytes;
      }
    });
  }
}

/**
 * A path as Java's `URI` writes it, which is what Spark compares as text with what it finds on disk: its VACUUM deletes the file of a path that is written
 * in another way. So `=` and letters outside ASCII stay; what a URI must not hold is encoded, spaces and control characters of Unicode too.
 */
export function encodePath(path: string): string {
  return path.replace(/[^!$&-;=@-Z_a-z~\u{a1}-\u{10ffff}]|[\p{Zs}\p{Zl}\p{Zp}]/gu, (char) =>
    Array.from(utf8.encode(char), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}

const utf8 = new TextEncoder();

/** A path that does not lie in the table's folder: of a shallow clone, or of files that were taken over where they are. */
export function isAbsolute(path: string): boolean {
  return path.startsWith('/') || /^[a-z][a-z0-9+.-]*:/i.test(path);
}

/** Where a file of a table is: an absolute path, or a URI. `root` is the table's folder, without a `/` at its end. */
export function fileLocation(root: string, path: string): string {
  const decoded = decodePath(path);
  if (!isAbsolute(decoded)) return `${root}/${decoded}`;
  const local = /^file:(?:\/\/[^/]*)?(\/.*)$/i.exec(decoded)?.[1];
  return local ?? decoded.replace(/^s3[an]:/i, 's3:');
}
