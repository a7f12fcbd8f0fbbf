/** A word, number, text or sign of Python. Of a text with fields (`f"{x}"`) `fields` is what stands between its braces, for each of them. */
export interface PythonToken {
  readonly kind: 'name' | 'number' | 'text' | 'sign';
  readonly text: string;
  /** The offset in the file. */
  readonly at: number;
  readonly fields: readonly (readonly PythonToken[])[];
}

/** A logical line: what stands in brackets, in texts of several lines and behind a backslash belongs to it. */
export interface PythonLine {
  /** Columns, a tab up to the next multiple of eight. */
  readonly indent: number;
  readonly tokens: readonly PythonToken[];
}

/** What Python would refuse, and the offset at which. */
export interface PythonFault {
  readonly message: string;
  readonly at: number;
}

/** The logical lines of a Python file, without comments and empty ones, up to the first thing that cannot be read. */
export interface PythonText {
  readonly lines: readonly PythonLine[];
  readonly fault: PythonFault | undefined;
}

const space = /(?:[ \t\f\r]|\\\r?\n|#[^\n]*)+/y;
const name = /[\p{L}_][\p{L}\p{N}_]*/uy;
const number = /\.?\d(?:[eE][+-]|[\w.])*/y;
const text =
  /([rbuft]{0,2})("""(?:[^\\]|\\[\s\S])*?"""|'''(?:[^\\]|\\[\s\S])*?'''|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*')/iy;
const sign = /\*\*=?|\/\/=?|<<=?|>>=?|->|:=|\.\.\.|[-+*/%@&|^=<>!]=|\S/y;
const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Takes a Python file apart as far as its indents and brackets go. */
export function pythonLines(code: string): PythonText {
  const lines: { indent: number; tokens: PythonToken[] }[] = [];
  const open: PythonToken[] = [];
  let begins = true;
  let at = 0;
  const fail = (message: string, where = at): PythonText => ({ lines, fault: { message, at: where } });
  while (at < code.length) {
    if (code[at] === '\n') {
      begins ||= open.length === 0;
      at += 1;
      continue;
    }
    const skipped = matchAt(space, code, at);
    if (skipped !== undefined) {
      at += skipped[0].length;
      continue;
    }
    const token = tokenAt(code, at);
    if (token === undefined) return fail('unterminated string literal');
    if (begins) lines.push({ indent: indentAt(code, at), tokens: [] });
    begins = false;
    lines.at(-1)?.tokens.push(token);
    if (token.kind === 'sign' && token.text in closers) open.push(token);
    if (token.kind === 'sign' && Object.values(closers).includes(token.text)) {
      const last = open.pop();
      if (last === undefined) return fail(`unmatched '${token.text}'`);
      if (closers[last.text] !== token.text)
        return fail(`closing parenthesis '${token.text}' does not match opening parenthesis '${last.text}'`);
    }
    at += token.text.length;
  }
  const [unclosed] = open.slice(-1);
  if (unclosed !== undefined) return fail(`'${unclosed.text}' was never closed`, unclosed.at);
  return { lines, fault: indentFault(lines) };
}

function matchAt(pattern: RegExp, code: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(code) ?? undefined;
}

/** Undefined where a text begins that does not end. */
function tokenAt(code: string, at: number): PythonToken | undefined {
  const words = matchAt(text, code, at);
  if (words !== undefined) {
    const hasFields = /[ft]/i.test(words[1] ?? '');
    return { kind: 'text', text: words[0], at, fields: hasFields ? fieldsOf(words[0], at) : [] };
  }
  if (/["']/.test(code[at] ?? '')) return undefined;
  for (const [kind, pattern] of [['name', name] as const, ['number', number] as const, ['sign', sign] as const]) {
    const found = matchAt(pattern, code, at);
    if (found !== undefined) return { kind, text: found[0], at, fields: [] };
  }
  return undefined;
}

/** What the fields of an f-string say; two braces are one that is meant. */
function fieldsOf(words: string, start: number): PythonToken['fields'] {
  const fields: PythonToken[][] = [];
  for (const { 0: found, index } of words.matchAll(/\{\{|\{([^{}]|\{[^{}]*\})*\}/g)) {
    if (found === '{{') continue;
    const inner = pythonLines(found.slice(1, -1)).lines.flatMap((line) => line.tokens);
    fields.push(inner.map((token) => moved(token, start + index + 1)));
  }
  return fields;
}

function moved(token: PythonToken, by: number): PythonToken {
  return { ...token, at: token.at + by, fields: token.fields.map((field) => field.map((one) => moved(one, by))) };
}

function indentAt(code: string, at: number): number {
  let columns = 0;
  for (const character of code.slice(code.lastIndexOf('\n', at - 1) + 1, at))
    columns = character === '\t' ? columns - (columns % 8) + 8 : columns + 1;
  return columns;
}

/** Whether a line opens a block: its last sign is a colon. */
function opensBlock({ tokens }: PythonLine): boolean {
  return tokens.at(-1)?.text === ':';
}

function indentFault(lines: readonly PythonLine[]): PythonFault | undefined {
  const levels = [0];
  for (const [index, line] of lines.entries()) {
    const at = line.tokens[0]?.at ?? 0;
    const before = lines[index - 1];
    const isBelow = line.indent > (levels.at(-1) ?? 0);
    const expects = before !== undefined && opensBlock(before);
    if (expects && !isBelow) return { message: 'expected an indented block', at };
    if (!expects && isBelow) return { message: 'unexpected indent', at };
    if (isBelow) levels.push(line.indent);
    while (line.indent < (levels.at(-1) ?? 0)) levels.pop();
    if (line.indent !== levels.at(-1)) return { message: 'unindent does not match any outer indentation level', at };
  }
  return undefined;
}
