/** A call of `delta_scan` or `table_changes` over a place that stands in the statement itself. */
export interface DeltaCall {
  readonly location: string;
  readonly version?: number;
  /** A time as it was written: what Date.parse reads. */
  readonly asOf?: string;
  /** Of `table_changes`: versions, both included; to the newest where `to` is absent. */
  readonly changes?: { readonly from: number; readonly to?: number };
  /** What the macro asks for: location, version and time, or the versions between which rows changed. */
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
const changesCall = new RegExp(String.raw`\btable_changes\s*\(\s*${text}\s*,\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)`, 'gid');

/** How keys of `table_changes` begin. */
export const changesKey = 'changes of ';

/** The calls of a statement. One with other arguments than a place, a version or a time is none: DuckDB's extension knows what it means. */
export function deltaCalls(sql: string): readonly DeltaCall[] {
  if (!/\b(?:delta_scan|table_changes)\b/i.test(sql)) return [];
  return [...scanCalls(sql), ...changeCalls(sql)];
}

function changeCalls(sql: string): readonly DeltaCall[] {
  return [...sql.matchAll(changesCall)].map(({ 1: place = '', 2: from, 3: to, indices }) => {
    const location = place.replaceAll("''", "'");
    const changes = { from: Number(from), ...(to === undefined ? {} : { to: Number(to) }) };
    const key = changesKey + [location, ...Object.values(changes)].join('@');
    return { location, changes, key, position: (indices?.[1]?.[0] ?? 1) - 1 };
  });
}

function scanCalls(sql: string): readonly DeltaCall[] {
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
