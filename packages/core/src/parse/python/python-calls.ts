import type { PythonToken } from './python-lines.ts';

/** A call of a function of `dbt` that dbt sees. */
export interface PythonCall {
  readonly name: 'ref' | 'source' | 'config' | 'get' | 'meta_get';
  /** Offsets of `dbt`, of the function's name and behind the closing parenthesis. */
  readonly at: number;
  readonly nameAt: number;
  readonly end: number;
  readonly args: readonly PythonToken[];
}

type Tokens = readonly PythonToken[];

/** Where tokens stand that are looked through: by themselves, in a field of a text that is an argument, or where dbt does not look. */
type Where = 'alone' | 'field' | 'unseen';

const functions = /^dbt\.(?:(ref|source|config)|config\.(get|meta_get))\($/;

/**
 * The calls of `dbt.ref`, `dbt.source`, `dbt.config`, `dbt.config.get` and `dbt.config.meta_get` that dbt sees: by themselves anywhere; within another call as an
 * argument, in a list, tuple or dict that is one, or in a text that is one (`f"{dbt.this} {dbt.ref('a')}"`); methods may be called on them. What else is written
 * within a call dbt does not see, and so it does here: a key that is asked for there is not answered.
 */
export function callsIn(tokens: Tokens, where: Where = 'alone'): readonly PythonCall[] {
  const calls: PythonCall[] = [];
  for (const [index, token] of tokens.entries()) {
    for (const field of token.fields) calls.push(...callsIn(field, whereIsText(tokens, index, where)));
    if (token.text !== 'dbt' || tokens[index - 1]?.text === '.') continue;
    for (const length of [4, 6]) {
      const head = tokens.slice(index, index + length);
      const found = functions.exec(head.map(({ text }) => text).join(''));
      const name = (found?.[1] ?? found?.[2]) as PythonCall['name'] | undefined;
      const close = closing(tokens, index + length - 1);
      const [last, nameAt] = [tokens[close ?? -1], head.at(-2)?.at];
      if (name === undefined || close === undefined || last === undefined || nameAt === undefined) continue;
      if (isSeen(tokens, index, close, where))
        calls.push({ name, at: token.at, nameAt, end: last.at + 1, args: tokens.slice(index + length, close) });
    }
  }
  return calls;
}

/** Whether dbt sees the call that begins at `start` and whose parenthesis closes at `end`. Parentheses around it alone make no difference. */
function isSeen(tokens: Tokens, start: number, end: number, where: Where): boolean {
  const last = behindMethods(tokens, end);
  const { call, inner } = around(tokens, start);
  if (inner.at(-1) === start - 1 && tokens[start - 1]?.text === '(' && tokens[last + 1]?.text === ')')
    return isSeen(tokens, start - 1, last + 1, where);
  if (call === undefined) {
    const isField = start === 0 && [undefined, '!', ':'].includes(tokens[last + 1]?.text);
    const ends = [last, ...inner.map((open) => closing(tokens, open) ?? open)];
    return where === 'alone' ? !ends.some((at) => isCalledLater(tokens, at)) : where === 'field' && isField;
  }
  const [list, deeper] = inner;
  if (deeper !== undefined || !isWhole(tokens, start, last, list)) return false;
  if (list !== undefined && !isWhole(tokens, list, closing(tokens, list) ?? list)) return false;
  return isSeen(tokens, beginOf(tokens, call), closing(tokens, call) ?? call, where);
}

function whereIsText(tokens: Tokens, index: number, where: Where): Where {
  const { call, inner } = around(tokens, index);
  if (call === undefined) return where;
  let [from, to] = [index, index]; // Texts side by side are one.
  while (tokens[from - 1]?.kind === 'text') from -= 1;
  while (tokens[to + 1]?.kind === 'text') to += 1;
  const isArgument = inner.length === 0 && isWhole(tokens, from, to);
  return isArgument && isSeen(tokens, beginOf(tokens, call), closing(tokens, call) ?? call, where) ? 'field' : 'unseen';
}

/** The parenthesis of the innermost call around what stands at `index`, and the brackets within it. */
function around(
  tokens: Tokens,
  index: number,
): { readonly call: number | undefined; readonly inner: readonly number[] } {
  const open: number[] = [];
  for (const [at, token] of tokens.slice(0, index).entries()) {
    if (depthOf(token) > 0) open.push(at);
    if (depthOf(token) < 0) open.pop();
  }
  const last = open.findLastIndex((at) => tokens[at]?.text === '(' && endsValue(tokens, at - 1));
  return { call: open[last], inner: open.slice(last + 1) };
}

const keywords =
  /^(?:and|as|assert|await|class|def|elif|else|except|for|from|if|import|in|is|lambda|not|or|raise|return|while|with|yield)$/;

/** Whether the token at `index` may end a value, so that a bracket behind it calls or subscripts it. */
function endsValue(tokens: Tokens, index: number): boolean {
  const token = tokens[index];
  if (token === undefined || /^(?:def|class)$/.test(tokens[index - 1]?.text ?? '')) return false;
  return token.kind === 'name' ? !keywords.test(token.text) : token.kind === 'text' || depthOf(token) < 0;
}

/** Where the value begins that the parenthesis at `open` calls. */
function beginOf(tokens: Tokens, open: number): number {
  let index = open - 1;
  for (;;) {
    if (depthOf(tokens[index]) < 0) {
      let depth = 0;
      do depth += depthOf(tokens[index--]);
      while (depth < 0 && index >= 0);
      if (!endsValue(tokens, index)) return index + 1;
    } else if (tokens[index - 1]?.text === '.') index -= 2;
    else return index;
  }
}

/** The last parenthesis of the methods that are called on what ends at `end`. */
function behindMethods(tokens: Tokens, end: number): number {
  let next = end + 1;
  while (tokens[next]?.text === '.' && tokens[next + 1]?.kind === 'name') next += 2;
  const close = next > end + 1 && tokens[next]?.text === '(' ? closing(tokens, next) : undefined;
  return close === undefined ? end : behindMethods(tokens, close);
}

/** Whether something is called on what ends at `end` behind a subscript, or that itself: dbt looks no further there. */
function isCalledLater(tokens: Tokens, end: number): boolean {
  const next = tokens[end + 1]?.text;
  if (next === '.') return isCalledLater(tokens, end + 2);
  if (next === '[') return isCalledLater(tokens, closing(tokens, end + 1) ?? tokens.length);
  return next === '(';
}

/** Whether an argument, or in `list` an element or a dict's value, goes from one token to the other. */
function isWhole(tokens: Tokens, from: number, to: number, list?: number): boolean {
  const before = tokens[from - 1]?.text ?? '';
  const after = tokens[to + 1]?.text ?? '';
  const begins =
    list !== undefined && tokens[list]?.text === '{' ? before === ':' : ['(', '[', ',', '='].includes(before);
  return begins && [',', ')', ']', '}'].includes(after);
}

/** The index of the bracket that closes the one at `open`. */
export function closing(tokens: Tokens, open: number): number | undefined {
  let depth = 0;
  for (let index = open; index < tokens.length; index += 1) {
    depth += depthOf(tokens[index]);
    if (depth === 0) return index;
  }
  return undefined;
}

/** 1 for a bracket that opens, -1 for one that closes. */
function depthOf(token: PythonToken | undefined): number {
  if (token?.kind !== 'sign') return 0;
  return '([{'.includes(token.text) ? 1 : ')]}'.includes(token.text) ? -1 : 0;
}

/** What stands between the commas that are in no bracket. */
export function parts(tokens: Tokens): readonly Tokens[] {
  const all: PythonToken[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    depth += depthOf(token);
    if (depth === 0 && token.text === ',') all.push([]);
    else all.at(-1)?.push(token);
  }
  return all.filter((part) => part.length > 0);
}
