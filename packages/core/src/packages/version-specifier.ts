/** How a version is held against another one. */
type Matcher = '=' | '>' | '>=' | '<' | '<=';

/** One condition on a version, such as `>=1.2.0`, or a version itself (`=`). */
export interface VersionSpecifier {
  readonly matcher: Matcher;
  /** Major, minor, patch. */
  readonly numbers: readonly [number, number, number];
  /** What follows a hyphen: `rc.1`. */
  readonly prerelease: string | null;
  readonly build: string | null;
}

/** What several conditions leave: null at an end that nothing bounds. */
export interface VersionRange {
  readonly start: VersionSpecifier | null;
  readonly end: VersionSpecifier | null;
}

const whole = '(0|[1-9]\\d*)';
const identifier = '(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)';
const pattern = new RegExp(
  `^(>=|<=|>|<|=)?${whole}\\.${whole}\\.${whole}(?:-?(${identifier}(?:\\.${identifier})*))?(?:\\+([0-9A-Za-z-]*(?:\\.[0-9A-Za-z-]*)*))?$`,
);

/** Reads a condition as dbt does: a comparator, then Semantic Versioning 2.0, of which the hyphen may be missing. Null for any other text. */
export function parseVersion(text: string): VersionSpecifier | null {
  const match = pattern.exec(text);
  if (match === null) return null;
  const [, matcher = '=', major, minor, patch, prerelease = null, build = null] = match;
  return {
    matcher: matcher as Matcher,
    numbers: [Number(major), Number(minor), Number(patch)],
    prerelease,
    build,
  };
}

/** The condition as dbt writes it: a version has a `=` in front. */
export function versionText({ matcher, numbers, prerelease, build }: VersionSpecifier): string {
  return `${matcher}${numbers.join('.')}${prerelease === null ? '' : `-${prerelease}`}${build === null ? '' : `+${build}`}`;
}

/** A range in the words of a message: `>=1.0.0, <2.0.0`; one version stands alone. */
export function rangeText({ start, end }: VersionRange): string {
  const bounds = [...new Set([start, end])].filter((bound) => bound !== null);
  return bounds.map((bound) => versionText(bound).replace(/^=/, '')).join(', ') || 'any version';
}

/**
 * Which of two conditions comes first: negative, zero, positive. By number, then by pre-release (before its release; but behind `<` of that release, which
 * so keeps pre-releases of its own version out), then by comparator: `<1.0.0` ends before `<=1.0.0`, `>1.0.0` begins behind `>=1.0.0`.
 */
export function compareVersions(a: VersionSpecifier, b: VersionSpecifier): number {
  for (const [index, number] of a.numbers.entries()) {
    const difference = number - (b.numbers[index] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return comparePrereleases(a, b) || edge(a.matcher, b.matcher);
}

function comparePrereleases(a: VersionSpecifier, b: VersionSpecifier): number {
  if (a.prerelease === b.prerelease) return 0;
  if (a.prerelease === null) return a.matcher === '<' ? -1 : 1;
  if (b.prerelease === null) return -1;
  const [left, right] = [a.prerelease.split('.'), b.prerelease.split('.')];
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const order = compareIdentifiers(left[index] ?? '', right[index] ?? '');
    if (order !== 0) return order;
  }
  return Math.sign(a.prerelease.length - b.prerelease.length);
}

/** Numbers come before words, as Semantic Versioning has it. */
function compareIdentifiers(a: string, b: string): number {
  const [left, right] = [a, b].map((part) => /^\d+$/.test(part));
  if (left && right) return Math.sign(Number(a) - Number(b));
  if (left !== right) return left ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}

/** What comparators say about conditions on one version. */
function edge(a: Matcher, b: Matcher): number {
  const place: Readonly<Record<Matcher, number>> = { '<': 0, '<=': 1, '=': 1, '>=': 1, '>': 2 };
  if (isUpper(a) && isLower(b)) return a === '<=' && b === '>=' ? 0 : -1;
  if (isLower(a) && isUpper(b)) return a === '>=' && b === '<=' ? 0 : 1;
  if (a === '=' || b === '=') return 0;
  return Math.sign(place[a] - place[b]);
}

function isLower(matcher: Matcher): boolean {
  return matcher.startsWith('>');
}

function isUpper(matcher: Matcher): boolean {
  return matcher.startsWith('<');
}

/** The range that meets all conditions; null where no version can. */
export function reduceVersions(conditions: readonly VersionSpecifier[]): VersionRange | null {
  const last = conditions.at(-1);
  if (last === undefined) return { start: null, end: null };
  // The last condition first, as dbt takes them: which of two equal bounds is kept, and printed, depends on it.
  return conditions
    .slice(0, -1)
    .map(rangeOf)
    .reduce<VersionRange | null>((range, next) => (range === null ? null : meet(range, next)), rangeOf(last));
}

function rangeOf(condition: VersionSpecifier): VersionRange {
  return { start: isUpper(condition.matcher) ? null : condition, end: isLower(condition.matcher) ? null : condition };
}

function meet(a: VersionRange, b: VersionRange): VersionRange | null {
  if (a.start?.matcher === '=' && b.start?.matcher === '=')
    return compareVersions(a.start, b.start) === 0 ? { start: a.start, end: a.start } : null;
  const start = innerBound(a.start, b.start, 1);
  const end = innerBound(a.end, b.end, -1);
  if (start === 'none' || end === 'none') return null;
  return start !== null && end !== null && compareVersions(start, end) > 0 ? null : { start, end };
}

/** The narrower of two bounds; `towards`: 1 for the later one (lower bounds), -1 for the earlier one. */
function innerBound(
  a: VersionSpecifier | null,
  b: VersionSpecifier | null,
  towards: 1 | -1,
): VersionSpecifier | null | 'none' {
  if (a === null || b === null) return a ?? b;
  if (a.matcher !== '=' && b.matcher !== '=') return compareVersions(a, b) * towards < 0 ? b : a;
  const [exact, bound] = a.matcher === '=' ? [a, b] : [b, a];
  const order = compareVersions(bound, exact) * towards;
  return order < 0 || (order === 0 && bound.matcher.length === 2) ? exact : 'none';
}

/** Whether one version lies in a range. */
export function isInRange(version: VersionSpecifier, range: VersionRange): boolean {
  const bounds = [range.start, range.end].filter((bound) => bound !== null);
  return reduceVersions([version, ...bounds]) !== null;
}
