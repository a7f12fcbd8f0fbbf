import { buildOfName } from './build-id.ts';

const start = '.eider-';

/** A hidden name for what will be moved to its place at once: it tells whose it is, so that what a kill leaves can be known. */
export function temporaryName(worker: string, random: string): string {
  return `${start}${worker}-${random}`;
}

/** The build (or other command) that gave a temporary name; undefined for any other name. */
export function workerOfName(name: string): string | undefined {
  return name.startsWith(start) ? buildOfName(name.slice(start.length)) : undefined;
}
