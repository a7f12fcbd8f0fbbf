import type { Diagnostic, Frame, Place } from '../diagnostics.ts';
import { EiderError, error } from '../diagnostics.ts';
import { type Advice, renderAdvice, syntaxAdvice } from '../jinja/advice.ts';
import { JinjaError } from '../jinja/errors.ts';
import { PyError } from '../jinja/values/index.ts';
import { didYouMeanHint } from '../near-names.ts';
import { isInternalPackage } from './macro-library.ts';

/** The names that templates may call, for suggestions. */
type Names = () => Iterable<string>;

/**
 * What a failed render has to say, with the place in the template and the way that led there, innermost first. `fallback` is the place of a failure
 * that has none of its own. Errors that are no template's fault are thrown again.
 */
export function templateDiagnostics(
  failure: unknown,
  node: string | null,
  fallback: Place,
  names: Names = () => [],
): readonly Diagnostic[] {
  const about = node === null ? {} : { node };
  if (failure instanceof JinjaError) return fromJinja(failure, about, fallback, names);
  if (failure instanceof EiderError) return failure.diagnostics.map((one) => ({ place: fallback, ...about, ...one }));
  if (failure instanceof PyError) {
    const where = { ...about, place: fallback, cause: failure.message };
    return [finding(renderAdvice({ message: failure.message, names: failure.names }), where)];
  }
  throw failure;
}

type Where = Pick<Diagnostic, 'place' | 'trace' | 'node' | 'cause'>;

function fromJinja(
  failure: JinjaError,
  about: { readonly node?: string },
  fallback: Place,
  names: Names,
): readonly Diagnostic[] {
  if (failure.phase === 'syntax') {
    const place = { file: failure.file, line: failure.line, column: failure.column };
    const { message, ...more } = syntaxAdvice(failure);
    return [error('jinja/syntax', message, { ...about, place, cause: failure.message, ...more })];
  }
  const frames = failure.frames.filter((frame) => !isInternal(frame.name));
  const { file, line, column } = frames[0] ?? failure;
  const place = { file, line, column };
  const trace: readonly Frame[] = failure.frames.map(({ file, line, column, name }) => ({
    place: { file, line, column },
    name,
  }));
  const found = { ...about, place, ...(trace.length === 0 ? {} : { trace: toNode(trace, about.node, fallback) }) };
  if (failure.cause instanceof EiderError) return failure.cause.diagnostics.map((one) => ({ ...one, ...found }));
  const where = { ...found, cause: wordsOf(failure) };
  const known = failure.cause instanceof PyError ? failure.cause.names : [];
  // A block that calls what is undefined says why in the place of near names.
  const words = /expected str instance, Undefined found$/.test(failure.message) ? known[0] : failure.message;
  const name = /^'([\w.]+)' is undefined$/.exec(words ?? '')?.[1];
  if (name !== undefined) return [unknownName(name, names(), where)];
  const [, second] = frames;
  const caller = second === undefined ? undefined : `${second.file}:${second.line}:${second.column}`;
  return [finding(renderAdvice({ message: failure.message, names: known, caller }), where)];
}

/** Jinja's or Python's words as dbt gives them on, with its advice on what is undefined outside of macros. */
function wordsOf({ frames, kind, message }: JinjaError): string {
  if (kind !== 'UndefinedError' || frames.some(({ name }) => name.startsWith('macro.'))) return message;
  return `${message}. This can happen when calling a macro that does not exist. Check for typos and/or install package dependencies with "dbt deps".`;
}

/** A macro that no template calls (where a node is written, its schema) is called for the node. */
function toNode(trace: readonly Frame[], node: string | undefined, place: Place): readonly Frame[] {
  const [type = '', , name] = node?.split('.') ?? [];
  if (name === undefined || trace.at(-1)?.name.startsWith('macro.') !== true) return trace;
  return [...trace, { place, name: `${type} ${name}` }];
}

function finding({ message, ...more }: Advice, where: Where): Diagnostic {
  return error('jinja/render', message, { ...where, ...more });
}

/** Whether a frame is a macro of dbt's own, where nobody can mend anything: the place is then that of its caller. */
export function isInternal(name: string): boolean {
  const [kind, owner = ''] = name.split('.');
  return kind === 'macro' && isInternalPackage(owner);
}

/** The commonest mistake: a macro that is not there. `names` are those that templates may call. */
export function unknownName(name: string, names: Iterable<string>, where: Where): Diagnostic {
  const known = [...names];
  const hint =
    ofPackage(name, known) ??
    didYouMeanHint(name, known) ??
    packages[name] ??
    'Check the spelling; a macro is defined with {% macro %} under macros/, or comes with a package that must be installed.';
  return error('macro/not-found', `'${name}' is undefined: there is no macro, package or variable of that name.`, {
    ...where,
    hint,
  });
}

/** A package's own macro is called without its package's name: plain names are those of the node's package, the project and dbt. */
function ofPackage(name: string, known: readonly string[]): string | undefined {
  const found = known.find((one) => one.endsWith(`.${name}`));
  if (found === undefined) return undefined;
  const owner = found.slice(0, -name.length - 1);
  if (!name.startsWith('test_')) return `The package "${owner}" has a macro of that name: write ${found}(…).`;
  return `The package "${owner}" has a test of that name: write ${owner}.${name.slice('test_'.length)}.`;
}

/** A template that prints what is undefined: nothing comes out, and SQL has a gap there. `words` are Jinja's. */
export function printsNothing(words: string, names: Iterable<string>, where: Where): Diagnostic {
  const name = /^'([\w.]+)' is undefined$/.exec(words)?.[1];
  if (name !== undefined) return unknownName(name, names, where);
  return finding(renderAdvice({ message: words }), where);
}

/** What people install most often, by the name that templates call it, and by the name in packages.yml. */
const packages: Readonly<Record<string, string>> = Object.fromEntries(
  [
    'dbt-labs/dbt_utils',
    'dbt-labs/codegen',
    'dbt-labs/audit_helper',
    'metaplane/dbt_expectations',
    'godatadriven/dbt_date',
  ].map((name) => [
    name.split('/')[1] ?? '',
    `It is a package: add \`package: ${name}\` to packages.yml and install it with \`eider deps\`.`,
  ]),
);
