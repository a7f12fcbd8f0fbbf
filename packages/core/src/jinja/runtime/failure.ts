import { Return } from '../call.ts';
import { JinjaError, type JinjaFrame } from '../errors.ts';
import { PyError } from '../values/py-error.ts';

/** Where generated code comes from: shown in frames. */
export interface CodeSource {
  readonly file: string;
  readonly name: string;
}

const columns = 65_536;
/** Of a very deep recursion the innermost frames tell enough. */
const mostFrames = 40;

/** A place as one number, as generated code carries it. Both count from 0. */
export function packPlace(lineno: number, colno: number): number {
  return (lineno + 1) * columns + Math.min(colno + 1, columns - 1);
}

/** The line and column of a packed place, from 1. */
export function unpackPlace(place: number): { readonly line: number; readonly column: number } {
  return place < columns ? { line: 1, column: 1 } : { line: Math.floor(place / columns), column: place % columns };
}

/** What a function of generated code throws on: the error with this function's place added. A `Return` passes, and knows the place. */
export function fail(thrown: unknown, place: number, source: CodeSource): unknown {
  if (thrown instanceof Return) {
    thrown.place = place;
    return thrown;
  }
  const frame: JinjaFrame = { file: source.file, ...unpackPlace(place), name: source.name };
  const error = thrown instanceof JinjaError && thrown.phase === 'render' ? thrown : renderError(thrown, frame);
  if (error.frames.length < mostFrames) error.frames.push(frame);
  else error.frames[mostFrames - 1] = frame;
  return error;
}

const tooDeep = 'maximum recursion depth exceeded';
/** JS throws RangeError for a text, list, dict or number beyond its limits. */
const tooLarge = 'the output is too large';

/** Whether an error is JS's for too many calls within one another. */
export function isStackOverflow(thrown: unknown): thrown is RangeError {
  return thrown instanceof RangeError && thrown.message.includes('call stack');
}

/** A syntax error of a template that another one asked for. */
function brokenTemplate(thrown: JinjaError): JinjaError {
  const { file, line, column } = thrown;
  const error = new JinjaError('render', thrown.kind, thrown.message, thrown, { cause: thrown });
  error.frames.push({ file, line, column, name: file });
  return error;
}

function renderError(thrown: unknown, frame: JinjaFrame): JinjaError {
  const cause = { cause: thrown };
  if (thrown instanceof JinjaError) return brokenTemplate(thrown);
  if (thrown instanceof PyError) return new JinjaError('render', thrown.kind, thrown.message, frame, cause);
  // No regular expressions here: compiling one where the stack is nearly full ends the process.
  if (isStackOverflow(thrown)) return new JinjaError('render', 'RecursionError', tooDeep, frame, cause);
  if (thrown instanceof RangeError) return new JinjaError('render', 'MemoryError', tooLarge, frame, cause);
  if (thrown instanceof Error) return new JinjaError('render', thrown.name, thrown.message, frame, cause);
  return new JinjaError('render', 'Exception', String(thrown), frame, cause);
}
