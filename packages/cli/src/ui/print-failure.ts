import type { Host } from '../host.ts';
import { wantsColors, withoutColors } from './colors.ts';
import { diagnosticText } from './diagnostic-lines.ts';
import { findingsOf } from './failure-findings.ts';
import type { FindingsDocument } from './findings-document.ts';
import { createScrubber } from './scrubber.ts';

/** Prints what ended a command before it had a reporter and gives the exit code 2. Only a bug of ours shows its stack. */
export function printFailure(failure: Error, host: Host, document?: FindingsDocument): number {
  const found = findingsOf(failure);
  if (document !== undefined && found !== null) {
    document.add(found);
    return 2;
  }
  const scrubber = createScrubber(host.env);
  const text = scrubber.scrub(failureText(failure));
  host.stderr.write(wantsColors(undefined, host.env, host.stderr.isTTY === true) ? text : withoutColors(text));
  return 2;
}

/** The findings of an expected failure, or the stack of an unexpected one. */
export function failureText(failure: Error): string {
  const found = findingsOf(failure);
  if (found !== null) return `${found.map(diagnosticText).join('\n\n')}\n`;
  return `Unexpected failure; this is a bug in eider, please report it.\n${failure.stack ?? failure.message}\n`;
}
