/**
 * The calls in a Python model that say what it needs (`dbt.ref`, `dbt.source`, `dbt.config`) as a template of the same calls, each at the line and
 * column where it stands; everything else is white space. dbt takes literals only as their arguments, and Python's literals are Jinja's too.
 */
export function pythonCalls(code: string): string {
  const text = code.replaceAll(/[^\n]/g, ' ').split('');
  let i = 0;
  while (i < code.length) {
    const [length, end] = skipped(code, i);
    if (length > 0) {
      i += length;
      continue;
    }
    const call = end ? /^dbt\.(?:ref|source|config)(?=\s*\()/.exec(code.slice(i)) : null;
    if (call === null) {
      i += 1;
      continue;
    }
    const last = closingParenthesis(code, code.indexOf('(', i));
    if (last === undefined) break;
    text.splice(i, last + 1 - i, ...`{{  ${code.slice(i + 'dbt.'.length, last + 1)}`.split(''));
    text[last] = ') }}';
    i = last + 1;
  }
  return text.join('');
}

const literal =
  /^(?:#[^\n]*|[rbuf]{0,2}("""|''')[\s\S]*?\1|[rbuf]{0,2}"(?:[^"\\\n]|\\.)*"|[rbuf]{0,2}'(?:[^'\\\n]|\\.)*')/i;

/** How much of a comment, a text or a word begins here; and whether a word may begin here at all. */
function skipped(code: string, at: number): readonly [length: number, wordBegins: boolean] {
  const before = code[at - 1] ?? ' ';
  if (/[\w.]/.test(before)) return [0, false];
  return [literal.exec(code.slice(at))?.[0].length ?? 0, true];
}

/** The offset of the parenthesis that closes the one at `open`. */
function closingParenthesis(code: string, open: number): number | undefined {
  let depth = 0;
  for (let i = open; i < code.length; i += 1) {
    const [length] = skipped(code, i);
    if (length > 0) {
      i += length - 1;
      continue;
    }
    const character = code[i];
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth === 0) return i;
  }
  return undefined;
}
