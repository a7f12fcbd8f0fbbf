import type { Diagnostic } from '@eider/core';
import { type FindingRecord, findingRecord } from './finding-record.ts';

/** Everything that a command found, as the one JSON document that `--output json` prints at its end in place of all lines. */
export interface FindingsDocument {
  add(found: readonly Diagnostic[]): void;
  /** Takes secrets out of what will be printed. */
  scrubWith(scrub: (text: string) => string): void;
  /** The document, or an empty text where the command's own JSON result says it all. */
  text(exitCode: number): string;
}

/** Commands whose `--output json` is about what they found. */
const always: ReadonlySet<string> = new Set(['parse', 'build', 'run', 'test', 'seed', 'snapshot']);
/** Commands with results of their own, which give the document where they fail. */
const failing: ReadonlySet<string> = new Set(['compile', 'show']);

/** A document for a command line as it was typed, readable or not; undefined for one that asks for none. */
export function findingsDocument(command: string | undefined, argv: readonly string[]): FindingsDocument | undefined {
  const isJson = argv.some((word, i) => word === '--output=json' || (word === '--output' && argv[i + 1] === 'json'));
  if (command === undefined || !isJson || !(always.has(command) || failing.has(command))) return undefined;
  const records = new Map<string, FindingRecord>();
  let scrub = (text: string): string => text;
  return {
    add: (found) => {
      for (const record of found.map(findingRecord)) records.set(JSON.stringify(record), record);
    },
    scrubWith: (given) => {
      scrub = given;
    },
    text: (exitCode) => {
      if (!always.has(command) && exitCode === 0) return '';
      const document = { command, success: exitCode === 0, exit_code: exitCode, findings: [...records.values()] };
      return `${scrub(JSON.stringify(document, null, 2))}\n`;
    },
  };
}
