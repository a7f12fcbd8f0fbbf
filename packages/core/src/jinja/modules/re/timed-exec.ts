import { createContext, Script } from 'node:vm';
import { PyError } from '../../values/py-error.ts';
import { spend } from '../../values/work.ts';

/** Milliseconds that one search may take. */
const longest = 2000;

const script = new Script('pattern.exec(text)');
const box: { pattern: RegExp | null; text: string } = { pattern: null, text: '' };
let context: object | undefined;

/** What may try very many ways to match: a repeated group, or several repetitions. */
const risky = /\)(?:[*+]|\{\d*,)|(?:[*+]|\{\d*,\}).*(?:[*+]|\{\d*,\})/s;

/** Whether a pattern's searches need a time limit. */
export function isRisky(source: string): boolean {
  return risky.test(source);
}

/** `pattern.exec(text)` that gives up after two seconds: patterns can take time exponential in the length of the text. Throws TimeoutError. */
export function timedExec(pattern: RegExp, text: string): RegExpExecArray | null {
  spend(100);
  context ??= createContext(box);
  box.pattern = pattern;
  box.text = text;
  try {
    return script.runInContext(context, { timeout: longest });
  } catch (cause) {
    // The error belongs to the other context: it is no instance of this one's Error.
    if ((cause as { code?: unknown } | null)?.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw cause;
    throw new PyError('TimeoutError', `the pattern takes more than ${longest / 1000} seconds on this text`, { cause });
  } finally {
    box.pattern = null;
    box.text = '';
  }
}
