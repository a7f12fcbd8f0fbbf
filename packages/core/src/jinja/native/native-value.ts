import { Markup } from '../values/markup.ts';
import { NativeMarker } from '../values/native-marker.ts';
import { isNumeric } from '../values/number.ts';
import { PyError } from '../values/py-error.ts';
import { toStr } from '../values/repr.ts';
import { literalEval } from './literal-eval.ts';

/**
 * dbt's result of a native render: a lone piece keeps its type, several become text. Text is evaluated only where an
 * `as_…` filter marked it. Throws PyError where `as_bool` or `as_number` find another type.
 */
export function nativeValue(pieces: readonly unknown[]): unknown {
  const [only] = pieces;
  if (pieces.length === 0) return '';
  if (pieces.length > 1) return pieces.map(toStr).join('');
  if (only instanceof Markup) return only.text;
  if (!(only instanceof NativeMarker)) return only;
  if (only.kind === 'text') return only.text;
  const found = literalEval(only.text);
  const result = found === null ? only.text : found.value;
  if (only.kind === 'bool' && typeof result !== 'boolean') throw unfit(only.text, 'bool');
  if (only.kind === 'number' && (!isNumeric(result) || typeof result === 'boolean')) throw unfit(only.text, 'number');
  return result;
}

function unfit(text: string, type: string): PyError {
  return new PyError('JinjaRenderingError', `Could not convert value '${text}' into type '${type}'`);
}
