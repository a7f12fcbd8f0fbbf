/** A call of `delta_scan` over a place that stands in the statement itself. */
export interface DeltaCall {
  readonly location: string;
  readonly version?: number;
  /** A time as it was written: what Date.parse reads. */
  readonly asOf?: string;
  /** What the macro asks for: location, version and time. */
  readonly key: string;
  /** Of the location in the statement, in UTF-16 units. */
  readonly position: number;
}

const text = "'((?:[^']|'')*)'";
const named = String.raw`\s*(?:=>|:=|=)\s*`;
const call = new RegExp(
  String.raw`\bdelta_scan\s*\(\s*${text}\s*(?:,\s*(?:version${named}(\d+)|as_of${named}${text})\s*)?\)`,
  'gid',
);

/** The calls of a statement. One with other arguments than a place, a version or a time is none: DuckDB's extension knows what it means. */
export function deltaCalls(sql: string): readonly DeltaCall[] {
  if (!/\bdelta_scan\b/i.test(sql)) return [];
  return [...sql.matchAll(call)].map(({ 1: place = '', 2: version, 3: asOf, indices }) => {
    const location = place.replaceAll("''", "'");
    const time = asOf?.replaceAll("''", "'");
    return {
      location,
      ...(version === undefined ? {} : { version: Number(version) }),
      ...(time === undefined ? {} : { asOf: time }),
      key: [
        location,
        ...(version === undefined ? [] : [String(Number(version))]),
        ...(time === undefined ? [] : [time]),
      ].join('@'),
      position: (indices?.[1]?.[0] ?? 1) - 1,
    };
  });
}
