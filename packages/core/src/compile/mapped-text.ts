import type { Place } from '../diagnostics.ts';
import type { Segment } from './compiler.ts';

/** A text that knows which places its stretches come from. The first segment begins at 0. */
export interface MappedText {
  readonly text: string;
  readonly segments: readonly Segment[];
}

/** A text that no template holds, e.g. the frame of a common table expression; it stands for `place`. */
export function generated(text: string, place: Place): MappedText {
  return { text, segments: text === '' ? [] : [{ offset: 0, place, literal: false }] };
}

/** Texts one after another. */
export function joined(parts: readonly MappedText[]): MappedText {
  const segments: Segment[] = [];
  let text = '';
  for (const part of parts) {
    const start = text.length;
    segments.push(...part.segments.map((segment) => ({ ...segment, offset: segment.offset + start })));
    text += part.text;
  }
  return { text, segments };
}

/** A text cut in two. */
export function splitAt(mapped: MappedText, offset: number): readonly [MappedText, MappedText] {
  const before = mapped.segments.filter((segment) => segment.offset < offset);
  const after = mapped.segments.filter((segment) => segment.offset >= offset);
  const rest = after.map((segment) => ({ ...segment, offset: segment.offset - offset }));
  const cut = before.at(-1);
  if (cut !== undefined && rest[0]?.offset !== 0 && offset < mapped.text.length) {
    rest.unshift({ offset: 0, literal: cut.literal, place: placeIn(mapped, cut, offset) });
  }
  return [
    { text: mapped.text.slice(0, offset), segments: before },
    { text: mapped.text.slice(offset), segments: rest },
  ];
}

/** The place that an offset of a text comes from; undefined for an empty text. */
export function locateIn(mapped: MappedText, offset: number): Place | undefined {
  const segment = segmentAt(mapped, offset);
  return segment === undefined ? undefined : placeIn(mapped, segment, offset);
}

/** The segment that an offset of a text lies in, and where it ends; undefined for an empty text. */
export function segmentAt(mapped: MappedText, offset: number): (Segment & { readonly end: number }) | undefined {
  let low = 0;
  let high = mapped.segments.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((mapped.segments[middle]?.offset ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  const index = Math.max(0, low - 1);
  const segment = mapped.segments[index];
  return segment === undefined
    ? undefined
    : { ...segment, end: mapped.segments[index + 1]?.offset ?? mapped.text.length };
}

function placeIn(mapped: MappedText, segment: Segment, offset: number): Place {
  if (!segment.literal || offset <= segment.offset) return segment.place;
  const passed = mapped.text.slice(segment.offset, offset).split('\n');
  const last = passed.at(-1)?.length ?? 0;
  const { file, line, column } = segment.place;
  return passed.length === 1
    ? { file, line, column: column + last }
    : { file, line: line + passed.length - 1, column: last + 1 };
}
