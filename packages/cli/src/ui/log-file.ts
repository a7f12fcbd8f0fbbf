import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Appends to `eider.log` in a folder; a file that has reached `maxBytes` is moved to `eider.log.1` first. */
export interface LogFile {
  append(text: string): void;
}

/** The log file of a folder, made at the first line. A folder that cannot be written is reported once through `onFailure`; the command goes on. */
export function openLogFile(folder: string, maxBytes: number, onFailure: (message: string) => void): LogFile {
  const path = join(folder, 'eider.log');
  let state: 'new' | 'open' | 'failed' = 'new';
  return {
    append(text) {
      if (state === 'failed') return;
      try {
        if (state === 'new') prepare(folder, path, maxBytes);
        state = 'open';
        appendFileSync(path, text);
      } catch (failure) {
        state = 'failed';
        onFailure(`The log file ${path} cannot be written: ${(failure as Error).message}`);
      }
    },
  };
}

function prepare(folder: string, path: string, maxBytes: number): void {
  mkdirSync(folder, { recursive: true });
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (maxBytes > 0 && size >= maxBytes) renameSync(path, `${path}.1`);
}
