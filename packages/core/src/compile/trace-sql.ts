import { isInternal } from '../context/template-diagnostics.ts';
import type { Frame } from '../diagnostics.ts';
import type { MacroText } from '../jinja/environment.ts';
import type { CompiledNode } from './compiler.ts';
import { locateIn, type MappedText, segmentAt } from './mapped-text.ts';

/**
 * The way to a position of compiled SQL, innermost first. `texts` gives what the macros of the node wrote, and is asked only where the position lies
 * in the output of an expression. A macro is known by its text: an expression that does more than call it (`a() ~ b()`) ends the way.
 */
export async function traceSql(
  compiled: CompiledNode,
  offset: number,
  texts: () => Promise<readonly MacroText[]>,
): Promise<readonly Frame[]> {
  const sql: MappedText = { text: compiled.sql, segments: compiled.segments };
  const segment = segmentAt(sql, offset);
  const place = locateIn(sql, offset);
  if (segment === undefined || place === undefined) return [];
  const outermost: Frame = { place, name: place.file };
  if (segment.literal) return [outermost];
  const piece = compiled.sql.slice(segment.offset, segment.end);
  const frames = framesIn(await texts(), piece, offset - segment.offset);
  return [...frames.filter((frame) => !isInternal(frame.name)), outermost];
}

/** The macros that wrote a text, innermost first. A macro's text is recorded when its call ends, so that callers come after those they call. */
function framesIn(texts: readonly MacroText[], piece: string, offset: number): readonly Frame[] {
  const index = texts.findLastIndex(({ text }) => text.trim() === piece.trim() && text.trim() !== '');
  const found = texts[index];
  if (found === undefined) return [];
  const at = Math.max(0, offset - leading(piece) + leading(found.text));
  const { file, label } = found;
  const mapped: MappedText = {
    text: found.text,
    segments: found.segments.map(({ line, column, ...rest }) => ({ ...rest, place: { file, line, column } })),
  };
  const segment = segmentAt(mapped, at);
  const place = locateIn(mapped, at);
  if (segment === undefined || place === undefined) return [];
  const outer: Frame = { place, name: label };
  if (segment.literal) return [outer];
  const inner = found.text.slice(segment.offset, segment.end);
  return [...framesIn(texts.slice(0, index), inner, at - segment.offset), outer];
}

function leading(text: string): number {
  return text.length - text.trimStart().length;
}
