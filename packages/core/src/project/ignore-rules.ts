/** Says whether a path (relative, with `/`) is ignored. */
export type IgnoreRules = (path: string) => boolean;

interface Rule {
  readonly pattern: RegExp;
  readonly keep: boolean;
}

/** Reads a `.dbtignore`: git's ignore syntax, matched against paths relative to the package's folder. The last rule that matches decides. */
export function ignoreRules(text: string): IgnoreRules {
  const rules = text.split(/\r\n|\n|\r/).flatMap(readRule);
  return (path) => rules.findLast((rule) => rule.pattern.test(path))?.keep === false;
}

function readRule(line: string): Rule[] {
  const trimmed = line.replace(/(?<!\\)\s+$/, '');
  if (trimmed === '' || trimmed.startsWith('#')) return [];
  const keep = trimmed.startsWith('!');
  const glob = keep ? trimmed.slice(1) : trimmed;
  const directory = glob.endsWith('/');
  const body = glob.replace(/\/+$/, '');
  if (body === '') return [];
  const anchored = body.replace(/^\//, '').includes('/') || body.startsWith('/');
  const prefix = anchored ? '^' : '^(?:.*/)?';
  const suffix = directory ? '/' : '(?:/|$)';
  return [{ pattern: new RegExp(prefix + translate(body.replace(/^\//, '')) + suffix, 's'), keep }];
}

const parts: readonly (readonly [RegExp, (match: RegExpExecArray) => string])[] = [
  [/^\*\*\//, () => '(?:.*/)?'],
  [/^\/\*\*$/, () => '/.*'],
  [/^\/\*\*\//, () => '/(?:.*/)?'],
  [/^\*+/, () => '[^/]*'],
  [/^\?/, () => '[^/]'],
  [/^\[([!^]?)((?:\\.|[^\]\\])+)\]/, (match) => `[${match[1] === '' ? '' : '^'}${match[2]}]`],
  [/^\\(.)/, (match) => literal(match[1] ?? '')],
];

/** A glob as the source of a regular expression. */
function translate(glob: string): string {
  let source = '';
  for (let rest = glob; rest !== ''; ) {
    const found = parts
      .map(([pattern, give]) => ({ match: pattern.exec(rest), give }))
      .find((one) => one.match !== null);
    const match = found?.match ?? null;
    source += found === undefined || match === null ? literal(rest.charAt(0)) : found.give(match);
    rest = rest.slice(match?.[0].length ?? 1);
  }
  return source;
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
