import { index } from '../../methods/declare.ts';
import { bytesOfText, textOfBytes } from '../../values/bytes.ts';
import { type Callable, hostFunction, isCallable, rawFunction } from '../../values/call-value.ts';
import { replaceEach } from '../../values/large-text.ts';
import { typeError, valueError } from '../../values/py-error.ts';
import { toStr } from '../../values/repr.ts';
import { bindArguments, type Parameter, signature } from '../../values/signature.ts';
import { plainText, textOf } from '../../values/text-value.ts';
import { Tuple } from '../../values/tuple.ts';
import { typeName } from '../../values/type-name.ts';
import { inTurn } from '../../values/waiting.ts';
import { refuseText, spendCharacters } from '../../values/work.ts';
import { PythonClass } from '../python-class.ts';
import { flagClass, flags } from './flags.ts';
import { matchIterator, Pattern, patternFunctions } from './pattern.ts';
import { Scanner } from './scanner.ts';
import { type Subject, subject, subjectOf } from './subject.ts';

const compiled = new Map<string, Pattern>();
const largestCache = 512;

/** Compiles a pattern, or gives a compiled one as it is. Throws TypeError, ValueError or `error` (re.error). */
function compile(pattern: unknown, given: unknown): Pattern {
  const bits = index(given);
  if (pattern instanceof Pattern) {
    if (bits !== 0) throw valueError('cannot process flags argument with a compiled pattern');
    return pattern;
  }
  const text = textOf(pattern);
  if (text === undefined) throw typeError('first argument must be string or compiled pattern');
  const key = `${bits}:${typeName(pattern)}:${text}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  if (compiled.size >= largestCache) compiled.clear();
  const made = new Pattern(text, bits, pattern);
  compiled.set(key, made);
  return made;
}

/** A function of the module; the same function without pattern and flags is a method of compiled patterns. */
type Run = (pattern: Pattern, ...args: unknown[]) => unknown;

const zero = (name: string): Parameter => ({ name, default: 0 });

const functions: Readonly<Record<string, readonly [parameters: readonly Parameter[], run: Run]>> = {
  sub: [
    ['repl', 'string', zero('count')],
    (pattern, by, text, count) => replace(pattern, by, text, count, ([replaced]) => replaced),
  ],
  subn: [
    ['repl', 'string', zero('count')],
    (pattern, by, text, count) => replace(pattern, by, text, count, (both) => Tuple.from(both)),
  ],
  split: [['string', zero('maxsplit')], (pattern, text, limit) => pattern.split(subjectOf(text), index(limit))],
};

/** Functions that look for matches; as methods of a compiled pattern they take a part of the text. */
const searches: Readonly<Record<string, (pattern: Pattern, text: Subject) => unknown>> = {
  match: (pattern, text) => pattern.find(text, 'match'),
  fullmatch: (pattern, text) => pattern.find(text, 'fullmatch'),
  search: (pattern, text) => pattern.find(text, 'search'),
  findall: (pattern, text) => pattern.findAll(text),
  finditer: (pattern, text) => matchIterator(pattern, text),
};

/** Functions that only a compiled pattern has. */
const ofPatterns: typeof searches = {
  ...searches,
  scanner: (pattern, text) => new Scanner(pattern, text),
};

const part: readonly Parameter[] = ['string', zero('pos'), { name: 'endpos', default: Number.MAX_SAFE_INTEGER }];

function replace(
  pattern: Pattern,
  given: unknown,
  text: unknown,
  count: unknown,
  give: (done: [string, number]) => unknown,
): unknown {
  const by = plainText(given);
  if (typeof by !== 'string' && !(by instanceof Uint8Array) && !isCallable(by)) {
    throw typeError(`decoding to str: need a bytes-like object, ${typeName(by)} found`);
  }
  const steps = pattern.replace(by, subjectOf(text), index(count));
  return inTurn(
    (function* () {
      return give(yield* steps);
    })(),
  );
}

/** A function of the host that is given Markup as it is: a pattern and a text that is searched are kept. */
function textFunction(name: string, parameters: readonly Parameter[], run: (...args: never[]) => unknown): Callable {
  const sig = signature(name, parameters);
  const call = run as (...args: unknown[]) => unknown;
  return rawFunction(name, (args, kwargs) => call(...bindArguments(sig, args, kwargs)), 'function');
}

for (const [name, [parameters, run]] of Object.entries(functions)) {
  patternFunctions.set(name, (pattern) =>
    textFunction(name, parameters, (...args: unknown[]) => run(pattern, ...args)),
  );
}
for (const [name, run] of Object.entries(ofPatterns)) {
  patternFunctions.set(name, (pattern) =>
    textFunction(name, part, (text: unknown, pos: unknown, end: unknown) =>
      run(pattern, subjectOf(text, index(pos), index(end))),
    ),
  );
}

function moduleFunctions(): Record<string, Callable> {
  const replacing = Object.entries(functions).map(([name, [parameters, run]]): [string, Callable] => [
    name,
    textFunction(name, ['pattern', ...parameters, zero('flags')], (pattern: unknown, ...args: unknown[]) =>
      run(compile(pattern, args.at(-1)), ...args.slice(0, -1)),
    ),
  ]);
  const searching = Object.entries(searches).map(([name, run]): [string, Callable] => [
    name,
    textFunction(name, ['pattern', 'string', zero('flags')], (pattern: unknown, text: unknown, given: unknown) =>
      run(compile(pattern, given), subjectOf(text)),
    ),
  ]);
  return Object.fromEntries([...replacing, ...searching]);
}

/** Escapes what means something in a pattern, as Python 3.7 and later. */
function escapePattern(pattern: unknown): string | Uint8Array {
  if (pattern instanceof Uint8Array) return bytesOfText(String(escapePattern(textOfBytes(pattern))));
  const text = subject(pattern);
  refuseText(text.length * 2);
  spendCharacters(text.length);
  return replaceEach(text, /[-\\^$.*+?()[\]{}|#&~ \t\n\r\v\f]/g, (character) => `\\${character}`);
}

/** A class that templates can name and not make. */
function refusing(name: string): PythonClass {
  const construct = (): never => {
    throw typeError(`cannot create '${name}' instances`);
  };
  return new PythonClass(name, { construct, statics: {} });
}

/** The template's `modules.re`: Python's regular expressions, translated to JS ones. */
export const reModule: Readonly<Record<string, unknown>> = {
  ...moduleFunctions(),
  compile: textFunction('compile', ['pattern', zero('flags')], compile),
  purge: hostFunction('purge', [], () => compiled.clear()),
  template: hostFunction('template', ['pattern', zero('flags')], compile),
  escape: hostFunction('escape', ['pattern'], escapePattern),
  error: new PythonClass('re.error', { construct: ([message]) => toStr(message), statics: {} }),
  Pattern: refusing('re.Pattern'),
  Match: refusing('re.Match'),
  ...flags,
  RegexFlag: flagClass,
};
