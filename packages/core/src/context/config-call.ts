import type { Place } from '../diagnostics.ts';
import { placeOf, type TemplateSource } from './origin.ts';

/** Where a template sets a config in a `config()` call of its own, if it does. */
export function placeInTemplate({ code, origin }: TemplateSource, key: string): Place | undefined {
  const found = new RegExp(`\\bconfig\\s*\\([\\s\\S]*?\\b(${key})\\s*=`).exec(code);
  if (found === null) return undefined;
  const { line, column } = placeOf(code, found.index + found[0].lastIndexOf(found[1] ?? ''), origin.file);
  return { file: origin.file, line: origin.line + line - 1, column: line === 1 ? column + origin.column - 1 : column };
}
