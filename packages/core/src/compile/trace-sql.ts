import { isInternal } from '../context/template-diagnostics.ts';
import type { Frame } from '../diagnostics.ts';
import type { MacroText } from '../jinja/environment.ts';
import type { CompiledNode } from './compiler.ts';
import { locateIn, type MappedText, segmentAt } from './mapped-text.ts';

/**
 * The way to a position of compiled SQL, innermost first. `texts` gives what the macros of the node wrote, and is asked only where the position lies
 * in the output of an expression. A macro, a `set` or `call` block is known by its text: what is a part of an expression's output (`a() ~ b()`) is
 * looked for in it.
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
  const { at: begin, index } = whole(texts, piece) ?? part(texts, piece, offset) ?? { at: 0, index: -1 };
  const found = texts[index];
  if (found === undefined) return [];
  const at = Math.max(0, offset - begin + leading(found.text));
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

interface Found {
  readonly index: number;
  /** Where in the piece the text begins, white space aside. */
  readonly at: number;
}

function whole(texts: readonly MacroText[], piece: string): Found | undefined {
  const index = texts.findLastIndex(({ text }) => text.trim() === piece.trim() && text.trim() !== '');
  return index < 0 ? undefined : { index, at: leading(piece) };
}

/** Shorter texts (`id`, `1`) stand anywhere by chance. */
const shortest = 3;

/** The longest text that stands in the piece around the offset. */
function part(texts: readonly MacroText[], piece: string, offset: number): Found | undefined {
  let best: (Found & { readonly length: number }) | undefined;
  for (const [index, { text }] of texts.entries()) {
    const sought = text.trim();
    if (sought.length < Math.max(shortest, best?.length ?? 0)) continue;
    const at = piece.lastIndexOf(sought, offset);
    if (at >= 0 && offset < at + sought.length) best = { index, at, length: sought.length };
  }
  return best;
}

function leading(text: string): number {
  return text.length - text.trimStart().length;
}
