import { callsIn, closing, type PythonCall, parts } from './python-calls.ts';
import { type PythonFault, type PythonLine, type PythonToken, pythonLines } from './python-lines.ts';

/** What dbt reads in a Python model before it runs. */
export interface PythonReading {
  /**
   * A template of the calls that say what the model needs (`dbt.ref`, `dbt.source`, `dbt.config`), each at the line and column where it stands, and white space
   * in the place of everything else. A call of `config` at the end names the keys that the model asks for, as dbt does in the manifest.
   */
  readonly template: string;
  /** What dbt refuses in the file: what is no Python, Jinja, and functions `model` that are not as they have to be. */
  readonly faults: readonly PythonFault[];
}

/** Reads a Python model without running it. Source: dbt 1.11's PythonValidationVisitor and PythonParseVisitor. */
export function readPythonModel(code: string): PythonReading {
  const { fault, lines } = pythonLines(code);
  const calls = lines.flatMap(({ tokens }) => callsIn(tokens));
  const faults = fault === undefined ? [...jinjaFaults(code), ...modelFaults(lines)] : [fault];
  for (const call of calls) faults.push(...literalFaults(call.args), ...countFaults(call));
  return { template: templateOf(code, calls), faults: faults.toSorted((a, b) => a.at - b.at) };
}

function templateOf(code: string, calls: readonly PythonCall[]): string {
  const text = code.replaceAll(/[^\n]/g, ' ').split('');
  for (const call of calls) {
    if (call.name === 'get' || call.name === 'meta_get') continue;
    text.splice(call.at, 2, '{', '{');
    for (const { at, text: word } of [{ at: call.nameAt, text: call.name }, ...call.args])
      text.splice(at, word.length, ...word.split(''));
    text[call.nameAt + call.name.length] = '(';
    text[call.end - 1] = ') }}';
  }
  const [configs, meta] = (['get', 'meta_get'] as const).map((name) =>
    keysOf(calls.filter((one) => one.name === name)),
  );
  if (configs === undefined || meta === undefined || configs.keys + meta.keys === '') return text.join('');
  const lists = { config_keys_used: configs.keys, config_keys_defaults: configs.defaults };
  const own = { ...lists, meta_keys_used: meta.keys, meta_keys_defaults: meta.defaults };
  return `${text.join('')}{{ config(${Object.entries(own).map(([key, list]) => `${key}=[${list}]`)}) }}`;
}

/** The keys that a model asks for, and what it takes where there is none; as an argument with a name dbt does not see that. */
function keysOf(calls: readonly PythonCall[]): { readonly keys: string; readonly defaults: string } {
  const given = calls.map(({ args }) => positional(args));
  const words = (part: readonly PythonToken[] | undefined): string => part?.map(({ text }) => text).join(' ') ?? 'None';
  return {
    keys: given.map(([key]) => words(key)).join(', '),
    defaults: given.map((args) => words(args[1])).join(', '),
  };
}

function positional(args: readonly PythonToken[]): readonly (readonly PythonToken[])[] {
  return parts(args).filter((part) => part[1]?.text !== '=');
}

function jinjaFaults(code: string): PythonFault[] {
  const at = code.search(/\{\{|\{%|\{#/);
  return at === -1 ? [] : [{ message: 'No jinja in python model code is allowed', at }];
}

/** Whether an argument is made of literals is judged by its words and signs. */
function literalFaults(args: readonly PythonToken[]): PythonFault[] {
  const isLiteral = ({ fields, kind, text }: PythonToken, index: number): boolean => {
    if (kind === 'name') return /^(?:None|True|False)$/.test(text) || args[index + 1]?.text === '=';
    return kind === 'sign' ? /^[-+,=:()[\]{}]$/.test(text) : fields.length === 0;
  };
  const wrong = args.find((token, index) => !isLiteral(token, index));
  if (wrong === undefined) return [];
  const message = `The arguments of dbt.ref(), dbt.source(), dbt.config() and dbt.config.get() are literals, which "${wrong.text}" is not`;
  return [{ message, at: wrong.at }];
}

function countFaults({ args, at, name }: PythonCall): PythonFault[] {
  if (name !== 'get' && name !== 'meta_get') return [];
  const count = positional(args).length;
  if (count === 0) return [{ message: `dbt.config.${name}() requires at least one argument`, at }];
  return count > 2 ? [{ message: `dbt.config.${name}() takes at most 2 arguments (${count} given)`, at }] : [];
}

/** dbt wants one function `model(dbt, session)`, which ends with `return` and one value. Functions within functions do not count. */
function modelFaults(lines: readonly PythonLine[]): PythonFault[] {
  if (lines.length === 0) return [];
  const faults: PythonFault[] = [];
  let found = 0;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index];
    if (line === undefined || line.tokens[0]?.text !== 'def') continue;
    const end = endOfBlock(lines, index);
    if (line.tokens[1]?.text === 'model') {
      found += 1;
      faults.push(...functionFaults(line, lines.slice(index + 1, end)));
    }
    index = end - 1;
  }
  if (found === 1) return faults;
  return [{ message: `dbt allows exactly one model defined per python file, found ${found}`, at: 0 }];
}

/** The index behind the last line that is indented further than the one at `start`. */
function endOfBlock(lines: readonly PythonLine[], start: number): number {
  const indent = lines[start]?.indent ?? 0;
  const end = lines.findIndex((line, index) => index > start && line.indent <= indent);
  return end === -1 ? lines.length : end;
}

function functionFaults(head: PythonLine, block: readonly PythonLine[]): PythonFault[] {
  const { tokens } = head;
  const at = tokens[0]?.at ?? 0;
  const open = tokens.findIndex(({ text }) => text === '(');
  const close = closing(tokens, open) ?? tokens.length;
  const named = parts(tokens.slice(open + 1, close)).map(([first]) => first?.text ?? '');
  const starred = named.findIndex((one) => one.startsWith('*'));
  const args = named.slice(named.indexOf('/') + 1, starred === -1 ? undefined : starred);
  const messages: string[] = [];
  if (args.length > 0 && args[0] !== 'dbt') messages.push("'dbt' not provided for model as the first argument");
  if (args.length !== 2) messages.push('model function should have two args, `dbt` and a session to current warehouse');
  const inline = tokens.slice(tokens.findIndex(({ text }, index) => index > close && text === ':') + 1);
  const indent = block[0]?.indent;
  const last = inline.length > 0 ? inline : (block.findLast((line) => line.indent === indent)?.tokens ?? []);
  if (!returnsOne(last)) messages.push('In current version, model function should return only one dataframe object');
  return messages.map((message) => ({ message, at }));
}

function returnsOne(line: readonly PythonToken[]): boolean {
  const statement = line.slice(line.findLastIndex(({ text }, index) => text === ';' && index < line.length - 1) + 1);
  const value = statement.slice(1);
  if (statement[0]?.text !== 'return') return false;
  return !hasComma(value) && !(closing(value, 0) === value.length - 1 && isTuple(value));
}

function isTuple(value: readonly PythonToken[]): boolean {
  return value[0]?.text === '(' && (value.length === 2 || hasComma(value.slice(1, -1)));
}

function hasComma(value: readonly PythonToken[]): boolean {
  return parts(value).length > 1 || value.at(-1)?.text === ',';
}
