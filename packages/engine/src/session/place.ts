import { join } from 'node:path';
import { isUri } from '@eider/core';

/** Whether a place is a URI of another machine rather than a path of this one. */
export { isUri as isRemote } from '@eider/core';

/** A place below a folder, both paths or both URIs. */
export function joinPlace(folder: string, ...names: readonly string[]): string {
  return isUri(folder) ? [folder, ...names].join('/') : join(folder, ...names);
}

/** A name in letters and digits alone: Trino takes no other for the folder of a deletion vector. */
export function plainName(name: string): string {
  return name.replaceAll(/[^0-9a-z]/gi, 'X');
}
