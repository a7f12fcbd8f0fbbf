import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemReason } from './system-reasons.ts';

/** Appends to `eider.log` in a folder. What would grow over `maxBytes` is moved to `eider.log.1` first, and that to `.2`, up to `.5`, as dbt does. */
export interface LogFile {
  append(text: string): void;
}

const kept = 5;

/** The log file of a folder, made at the first line. A folder that cannot be written is reported once through `onFailure`; the command goes on. */
export function openLogFile(
  folder: string,
  maxBytes: number,
  onFailure: (message: string) => void,
  name = 'eider.log',
): LogFile {
  const path = join(folder, name);
  let size: number | 'unknown' | 'failed' = 'unknown';
  return {
    append(text) {
      if (size === 'failed') return;
      try {
        if (size === 'unknown') {
          mkdirSync(folder, { recursive: true });
          size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
        }
        const bytes = Buffer.byteLength(text);
        if (maxBytes > 0 && size > 0 && size + bytes > maxBytes) {
          rotate(path);
          size = 0;
        }
        appendFileSync(path, text);
        size += bytes;
      } catch (failure) {
        size = 'failed';
        const why = systemReason(failure as NodeJS.ErrnoException)?.[0] ?? (failure as Error).message;
        onFailure(`The log file ${path} cannot be written: ${why}`);
      }
    },
  };
}

function rotate(path: string): void {
  const names = [path, ...Array.from({ length: kept }, (_, i) => `${path}.${i + 1}`)];
  for (let i = kept; i > 0; i--) {
    const [from = '', to = ''] = [names[i - 1], names[i]];
    if (statSync(from, { throwIfNoEntry: false }) !== undefined) renameSync(from, to);
  }
}
