import type { Code } from '../codes.ts';
import { EiderError, error } from '../diagnostics.ts';

/** An error of a function that templates call. It gets its place from the template that called. */
export function templateError(code: Code, message: string, hint?: string): EiderError {
  return new EiderError([error(code, message, hint === undefined ? {} : { hint })]);
}
