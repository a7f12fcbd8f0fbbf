import type { Diagnostic, Frame, Place } from '../diagnostics.ts';
import { EiderError, error } from '../diagnostics.ts';
import { JinjaError } from '../jinja/errors.ts';
import { PyError } from '../jinja/values/index.ts';
import { didYouMeanHint } from '../near-names.ts';
import { syntaxAdvice } from './jinja-advice.ts';
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
  if (failure instanceof JinjaError) return fromJinja(failure, about, names);
  if (failure instanceof EiderError) return failure.diagnostics.map((one) => ({ place: fallback, ...one, ...about }));
  if (failure instanceof PyError) return [error('jinja/render', failure.message, { ...about, place: fallback })];
  throw failure;
}

function fromJinja(failure: JinjaError, about: { readonly node?: string }, names: Names): readonly Diagnostic[] {
  const { file, line, column } = failure.frames.find((frame) => !isInternal(frame.name)) ?? failure;
  const place = { file, line, column };
  const trace: readonly Frame[] = failure.frames.map(({ file, line, column, name }) => ({
    place: { file, line, column },
    name,
  }));
  const where = { ...about, place, ...(trace.length === 0 ? {} : { trace }) };
  if (failure.cause instanceof EiderError) return failure.cause.diagnostics.map((one) => ({ ...one, ...where }));
  if (failure.phase === 'syntax') {
    const hint = syntaxAdvice(failure.message);
    return [error('jinja/syntax', failure.message, hint === undefined ? where : { ...where, hint })];
  }
  const name = /^'([\w.]+)' is undefined$/.exec(failure.message)?.[1];
  return [name === undefined ? error('jinja/render', failure.message, where) : unknownName(name, names, where)];
}

/** Whether a frame is a macro of dbt's own, where nobody can mend anything: the place is then that of its caller. */
export function isInternal(name: string): boolean {
  const [kind, owner = ''] = name.split('.');
  return kind === 'macro' && isInternalPackage(owner);
}

/** The commonest mistake: a macro that is not there. `names` are those that templates may call. */
function unknownName(name: string, names: Names, where: Pick<Diagnostic, 'place' | 'trace' | 'node'>): Diagnostic {
  const hint =
    didYouMeanHint(name, names()) ??
    'Check the spelling; a macro is defined with {% macro %} under macros/, or comes with a package that must be installed.';
  return error('macro/not-found', `'${name}' is undefined: there is no macro, package or variable of that name.`, {
    ...where,
    hint,
  });
}
