import { type Diagnostic, EiderError, error } from '@eider/core';

/** What the lake refuses or cannot do. `code` begins with `lake/`, and is the first finding's. */
export class LakeError extends EiderError {
  readonly code: `lake/${string}`;

  constructor(
    code: `lake/${string}`,
    message: string,
    hint: string,
    options?: ErrorOptions,
    findings: readonly Diagnostic[] = [error(code, message, { hint })],
  ) {
    super(findings, options);
    this.name = 'LakeError';
    this.code = code;
  }
}

/** Throws what was found, if anything was. */
export function refuse(findings: readonly LakeFinding[]): void {
  const [first] = findings;
  if (first !== undefined) throw new LakeError(first.code, first.message, first.hint, undefined, findings);
}

/** A finding of the lake that tells what to do. */
export interface LakeFinding extends Diagnostic {
  readonly code: `lake/${string}`;
  readonly hint: string;
}

/** A finding that stops a command. */
export function finding(code: `lake/${string}`, message: string, hint: string, node?: string): LakeFinding {
  return { ...error(code, message, node === undefined ? {} : { node }), code, hint };
}

/** A command that needs a commit, in a state that has none. */
export function nothingCommitted(state: string): LakeError {
  return new LakeError('lake/empty', `Nothing was committed yet to the state at ${state}.`, 'Run eider build first.');
}
