/** A call of `ref`, `source` or `config` with nothing but literals in it. */
export interface PlainCall {
  readonly name: 'ref' | 'source' | 'config';
  readonly args: readonly string[];
  /** Null where there are none. */
  readonly kwargs: Readonly<Record<string, unknown>> | null;
}

/** What stands in a tag, and in its brackets. */
interface Grammar {
  readonly call: RegExp;
  readonly argument: RegExp;
  readonly items: RegExp;
}

function grammarOf(call: RegExp, text: string, other: string): Grammar {
  const item = `${text}|${other}`;
  const list = `\\[\\s*(?:(?:${item})\\s*(?:,\\s*(?:${item})\\s*)*(?:,\\s*)?)?\\]`;
  const argument = new RegExp(`\\s*(?:([A-Za-z_]\\w*)\\s*=\\s*)?(${item}|${list})\\s*(?:,\\s*|$)`, 'y');
  return { call, argument, items: new RegExp(item, 'g') };
}

const plain = grammarOf(
  /\{\{-?\s*(ref|source|config)\s*\(([^(){}\\]*)\)\s*-?\}\}/y,
  /'[^'\\\r\n]*'|"[^"\\\r\n]*"/.source,
  'true|false|True|False|0|[1-9]\\d{0,8}',
);

/** With backslashes in texts: what dbt's static parser reads of these, which takes neither numbers nor hyphens, and no text that ends in a backslash. */
const escaped = grammarOf(
  /\{\{\s*(ref|source|config)\s*\(([^(){}]*)\)\s*\}\}/y,
  /'(?:[^'\\\r\n]|\\[^\\]|\\\\(?!'))*'|"(?:[^"\\\r\n]|\\[^\\]|\\\\(?!"))*"/.source,
  'True|False',
);

/** What Jinja's grammar reads as something else than a name. */
const words = new Set(['and', 'or', 'not', 'in', 'is', 'if', 'else', 'true', 'false', 'none', 'True', 'False', 'None']);

/**
 * The calls of a template that is SQL and plain calls of `ref`, `source` and `config` alone: what rendering it would come upon, as dbt's static parser
 * finds it. Null for any other template, and for any call that might fail.
 */
export function plainCalls(code: string): readonly PlainCall[] | null {
  return callsBy(plain, code);
}

/**
 * `plainCalls` of a model, whose texts may have backslashes: dbt's static parser, which reads models alone, leaves them as they are written, where Jinja has a
 * tab for `\t`.
 */
export function plainCallsOfModel(code: string): readonly PlainCall[] | null {
  return callsBy(plain, code) ?? (code.includes('\\') ? callsBy(escaped, code) : null);
}

function callsBy(grammar: Grammar, code: string): readonly PlainCall[] | null {
  const { call } = grammar;
  const calls: PlainCall[] = [];
  for (let at = nextTag(code, 0); at >= 0; at = nextTag(code, call.lastIndex)) {
    call.lastIndex = at;
    const [, name, given = ''] = call.exec(code) ?? [];
    const made = name === undefined ? null : plainCall(name as PlainCall['name'], given, grammar);
    if (made === null) return null;
    calls.push(made);
  }
  return calls;
}

/** Where the next `{{`, `{%` or `{#` is; -1 where there is none. */
function nextTag(code: string, from: number): number {
  for (let at = code.indexOf('{', from); at >= 0; at = code.indexOf('{', at + 1)) {
    const next = code[at + 1];
    if (next === '{' || next === '%' || next === '#') return at;
  }
  return -1;
}

function plainCall(name: PlainCall['name'], given: string, { argument, items }: Grammar): PlainCall | null {
  const args: string[] = [];
  const kwargs: Record<string, unknown> = {};
  argument.lastIndex = 0;
  for (let end = 0; end < given.length; end = argument.lastIndex) {
    const [, key, value = ''] = argument.exec(given) ?? [];
    if (value === '') return null;
    if (key !== undefined) {
      if (words.has(key) || Object.hasOwn(kwargs, key) || key === '__proto__') return null;
      kwargs[key] = literal(value, items);
    } else if (isText(value) && Object.keys(kwargs).length === 0) args.push(value.slice(1, -1));
    else return null;
  }
  const keys = Object.keys(kwargs);
  return isAllowed(name, args.length, kwargs) ? { name, args, kwargs: keys.length === 0 ? null : kwargs } : null;
}

function isAllowed(name: PlainCall['name'], count: number, kwargs: Readonly<Record<string, unknown>>): boolean {
  const keys = Object.keys(kwargs);
  if (name === 'source') return count === 2 && keys.length === 0;
  if (name === 'config') return count === 0 && keys.length > 0 && !keys.some((key) => /^(pre|post)_hook$/.test(key));
  const versions = keys.every((key) => key === 'v' || key === 'version');
  return (count === 1 || count === 2) && versions && keys.every((key) => /^(string|number)$/.test(typeof kwargs[key]));
}

function isText(value: string): boolean {
  return value.startsWith("'") || value.startsWith('"');
}

function literal(value: string, items: RegExp): unknown {
  if (isText(value)) return value.slice(1, -1);
  if (value.startsWith('[')) return (value.slice(1, -1).match(items) ?? []).map((one) => literal(one, items));
  if (value === 'true' || value === 'True') return true;
  return value === 'false' || value === 'False' ? false : Number(value);
}
