const cache = new Map<string, RegExp>();

/** Whether the whole text fits a shell pattern: `*`, `?`, `[abc]`, `[a-z]`, `[!a]`. Case counts (Python's `fnmatch` on POSIX, which dbt uses). */
export function wildcardMatches(text: string, pattern: string): boolean {
  let regex = cache.get(pattern);
  if (regex === undefined) {
    regex = new RegExp(`^${wildcardSource(pattern, '.*', '.')}$`, 's');
    cache.set(pattern, regex);
  }
  return regex.test(text);
}

/** Whether a `/`-separated path fits a glob: wildcards stay inside one part, `**` stands for any number of parts. */
export function pathMatches(path: string, pattern: string): boolean {
  return partsMatch(path.split('/'), pattern.split('/'));
}

function partsMatch(parts: readonly string[], patterns: readonly string[]): boolean {
  const [pattern, ...rest] = patterns;
  if (pattern === undefined) return parts.length === 0;
  if (pattern === '**') return parts.some((_, at) => partsMatch(parts.slice(at), rest)) || partsMatch([], rest);
  const [part, ...others] = parts;
  return part !== undefined && wildcardMatches(part, pattern) && partsMatch(others, rest);
}

function wildcardSource(pattern: string, many: string, one: string): string {
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    const end = character === '[' ? classEnd(pattern, at) : -1;
    if (end > 0) {
      source += classSource(pattern.slice(at + 1, end));
      at = end;
    } else if (character === '*') source += many;
    else if (character === '?') source += one;
    else source += character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
  }
  return source;
}

/** The index of the bracket that ends a class; a bracket right after the opening one belongs to the class. */
function classEnd(pattern: string, start: number): number {
  const from = start + (pattern[start + 1] === '!' ? 2 : 1);
  return pattern.indexOf(']', from + 1);
}

function classSource(inside: string): string {
  const negated = inside.startsWith('!');
  const members = (negated ? inside.slice(1) : inside).replace(/[\\^\]&~|[]/g, '\\$&');
  return `[${negated ? '^' : ''}${members}]`;
}
