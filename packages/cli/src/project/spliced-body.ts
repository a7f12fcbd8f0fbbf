/** A record of the manifest with its key, as it was written, and as it is to be. */
export type RecordChange = readonly [before: string, after: string];

/** More records than these are looked for in no less time than all of them are written. */
const most = 16;

/**
 * A text of JSON with some records exchanged, in pieces. Each begins at its key and has the moment of its parse, so that no other place reads the same. Null where
 * one is not found, or there are too many.
 */
export function splicedBody(
  body: Uint8Array,
  changes: readonly RecordChange[],
): readonly (string | Uint8Array)[] | null {
  if (changes.length > most) return null;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const places = changes.map(([before, after]) => {
    const written = Buffer.from(before);
    const start = bytes.indexOf(written);
    return { start, end: start + written.length, after };
  });
  if (places.some(({ start }) => start < 0)) return null;
  places.sort((one, other) => one.start - other.start);
  const ends = [0, ...places.map(({ end }) => end)];
  const pieces = places.flatMap(({ after, start }, index) => [bytes.subarray(ends[index], start), after]);
  return [...pieces, bytes.subarray(ends.at(-1))];
}
