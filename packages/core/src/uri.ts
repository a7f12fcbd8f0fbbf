import { resolve } from 'node:path';

/** Whether a place is written as a URI (`s3://…`) rather than as a path. */
export function isUri(place: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(place);
}

/** A place as it is where it is a URI or an absolute path, else the path below `folder` (absolute). */
export function placeIn(folder: string, place: string): string {
  return isUri(place) ? place : resolve(folder, place);
}
