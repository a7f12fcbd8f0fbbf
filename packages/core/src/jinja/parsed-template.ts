import type { Body, MacroNode } from './ast.ts';
import { JinjaError } from './errors.ts';
import { type Mode, modeKey } from './generator/emitter.ts';
import { compileMacro, compileTemplate, type MacroFactory, type TemplateCode } from './generator/generate.ts';
import type { Extension } from './nunjucks.ts';
import { JinjaParser } from './parser/parser.ts';
import { JinjaTokenizer, type Origin } from './parser/tokenizer.ts';
import { isStackOverflow } from './runtime/failure.ts';
import { staticCalls } from './static-calls.ts';
import type { StaticCall } from './template.ts';

/** A template read once, with the code that was made from it so far. It knows its place in a file, but not the file. */
export interface ParsedTemplate {
  readonly root: Body;
  /** The text that was read: line ends are `\n`. */
  readonly source: string;
  readonly filterNames: ReadonlySet<string>;
  readonly testNames: ReadonlySet<string>;
  /** Whether the template has to do with other templates or with its own blocks. */
  readonly isLinked: boolean;
  calls(): readonly StaticCall[];
  code(mode: Mode): TemplateCode;
  macro(node: MacroNode, how: Pick<Mode, 'async' | 'traced' | 'autoescape'>): MacroFactory;
}

/** What an environment adds to the language. */
export interface Dialect {
  readonly extensions: readonly Extension[];
  /** What stands before the names of macros inside a template: dbt hides them so. */
  readonly macroPrefix: string;
}

/** Texts stay the same from one command of a process to the next: what was read of them is kept, the oldest given up. */
const cache = new Map<string, ParsedTemplate>();
const mostCached = 20_000;

/** Reads a template; the same text at the same place is read once a process. Throws JinjaError of phase `syntax`. */
export function parseTemplate(source: string, origin: Origin, dialect: Dialect): ParsedTemplate {
  if (dialect.extensions.length > 0) return readTemplate(source, origin, dialect);
  const key = `${dialect.macroPrefix}:${origin.line}:${origin.column}:${source}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const parsed = readTemplate(source, origin, dialect);
  if (cache.size >= mostCached) for (const oldest of [...cache.keys()].slice(0, mostCached / 10)) cache.delete(oldest);
  cache.set(key, parsed);
  return parsed;
}

/** As `parseTemplate`, and nothing is kept. */
export function readTemplate(source: string, origin: Origin, dialect: Dialect): ParsedTemplate {
  const tokens = new JinjaTokenizer(source, origin);
  const parser = new JinjaParser(tokens);
  parser.extensions = dialect.extensions;
  parser.macroPrefix = dialect.macroPrefix;
  const root = readAll(parser, tokens, origin.file);
  const codes = new Map<string, TemplateCode>();
  const macros = new Map<MacroNode, Map<string, MacroFactory>>();
  let calls: readonly StaticCall[] | undefined;
  return {
    root,
    source: tokens.str,
    filterNames: parser.filterNames,
    testNames: parser.testNames,
    isLinked: parser.isLinked,
    calls: () => {
      calls ??= staticCalls(root);
      return calls;
    },
    code: (mode) => once(codes, modeKey(mode), () => compileTemplate(root, mode)),
    macro: (node, how) => {
      const own = once(macros, node, () => new Map<string, MacroFactory>());
      const mode = { native: false, mapped: false, linked: parser.isLinked, ...how };
      return once(own, modeKey(mode), () => compileMacro(node, mode));
    },
  };
}

/** The parser goes as deep as the template is nested: beyond what JS's stack holds it is an error as any other. */
function readAll(parser: JinjaParser, tokens: JinjaTokenizer, file: string): Body {
  try {
    return parser.parseTemplate();
  } catch (thrown) {
    if (!isStackOverflow(thrown)) throw thrown;
    const place = { file, line: tokens.lineno + 1, column: tokens.colno + 1 };
    throw new JinjaError('syntax', 'RecursionError', 'the template is nested too deeply', place, { cause: thrown });
  }
}

function once<K, V>(made: Map<K, V>, key: K, make: () => V): V {
  const known = made.get(key);
  if (known !== undefined) return known;
  const value = make();
  made.set(key, value);
  return value;
}
