import { join } from 'node:path';

/** Whether a place is a URI of another machine rather than a path of this one. */
export function isRemote(place: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(place);
}

/** A place below a folder, both paths or both URIs. */
export function joinPlace(folder: string, ...names: readonly string[]): string {
  return isRemote(folder) ? [folder, ...names].join('/') : join(folder, ...names);
}
