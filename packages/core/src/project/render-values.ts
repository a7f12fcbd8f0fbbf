import { type Diagnostic, EiderError, error, type Place } from '../diagnostics.ts';
import { renderAdvice, syntaxAdvice } from '../jinja/advice.ts';
import { type Context, JinjaEnvironment } from '../jinja/environment.ts';
import { JinjaError } from '../jinja/errors.ts';
import { isUndefined, mappingOf, PyError, PySet } from '../jinja/values/index.ts';
import { dbtVersion } from '../manifest/invocation.ts';
import { madeOf } from './build-yaml.ts';
import type { Located } from './located.ts';
import { hasJinja, type Path } from './shape.ts';
import { cliVarFunction, type Environment, envVarFunction, revealSecrets } from './value-functions.ts';

/** What the Jinja of YAML values may see. */
export interface ValueContext {
  readonly env: Environment;
  /** `--vars`. */
  readonly cliVars: Readonly<Record<string, unknown>>;
  /** `target`, in dbt_project.yml; not there in profiles.yml. */
  readonly target?: Readonly<Record<string, unknown>>;
  /** Whether secrets (DBT_ENV_SECRET…) may be read: profiles.yml and packages.yml. */
  readonly secrets?: boolean;
  /** Told about each environment variable that is asked for. */
  readonly onEnvRead?: (name: string) => void;
}

/** Renders the Jinja of YAML values. */
export interface ValueRenderer {
  /**
   * The value with each text rendered natively as dbt does (`{{ x | as_number }}` gives a number); texts without Jinja lose one line end at their end.
   * Values at paths that `keep` names stay as written. Findings go to `report`; the value concerned is then undefined.
   */
  render(value: Located, report: (finding: Diagnostic) => void, keep?: (path: Path) => boolean): unknown;
}

/** Makes the renderer for the values of dbt_project.yml, profiles.yml and packages.yml. */
export function valueRenderer(context: ValueContext): ValueRenderer {
  const names = contextOf(context);
  const reveal =
    context.secrets === true
      ? (text: string): string => revealSecrets(text, context.env)
      : (text: string): string => text;
  const walk = (
    value: Located,
    path: Path,
    report: (d: Diagnostic) => void,
    keep: (path: Path) => boolean,
  ): unknown => {
    if (keep(path)) return value.value;
    if (typeof value.value === 'string') return renderText(value.value, value.textPlace, names, reveal, report);
    if (Array.isArray(value.value))
      return [...value.entries()].map(([key, one]) => walk(one, [...path, key], report, keep));
    if (typeof value.value !== 'object' || value.value === null || [...value.entries()].length === 0)
      return value.value;
    const rendered = [...value.entries()].map(([key, one]) => [key, walk(one, [...path, key], report, keep)]);
    return madeOf(value.value, Object.fromEntries(rendered));
  };
  return { render: (value, report, keep = () => false) => walk(value, [], report, keep) };
}

/** Made when the first value with Jinja is met. */
let environment: JinjaEnvironment | undefined;

function contextOf(context: ValueContext): Context {
  const names: Record<string, unknown> = {
    env_var: envVarFunction({
      env: context.env,
      onRead: context.onEnvRead ?? (() => {}),
      secrets: context.secrets === true,
    }),
    var: cliVarFunction(context.cliVars),
    dbt_version: dbtVersion,
    ...(context.target === undefined ? {} : { target: context.target }),
  };
  return { get: (name) => (Object.hasOwn(names, name) ? names[name] : undefined) };
}

function renderText(
  text: string,
  place: Place,
  context: Context,
  reveal: (text: string) => string,
  report: (finding: Diagnostic) => void,
): unknown {
  if (!hasJinja(text)) return text.endsWith('\n') ? text.slice(0, -1) : text;
  try {
    const options = { native: true, firstLine: place.line, firstColumn: place.column };
    environment ??= new JinjaEnvironment();
    const value = environment.template(text, place.file, options).renderNative(context);
    if (!isUndefined(value)) return plain(value, reveal);
    report(error('jinja/render', `\`${text.trim()}\` gives nothing: a name in it is not defined here.`, { place }));
  } catch (thrown) {
    report(renderFinding(thrown));
  }
  return undefined;
}

/** What the template engine threw, as a finding at its place; a function of the context speaks for itself. Anything else is thrown on. */
export function renderFinding(thrown: unknown): Diagnostic {
  if (!(thrown instanceof JinjaError)) throw thrown;
  const place = { file: thrown.file, line: thrown.line, column: thrown.column };
  const own = thrown.cause instanceof EiderError ? thrown.cause.diagnostics[0] : undefined;
  if (own !== undefined) return { ...own, place };
  const isSyntax = thrown.phase === 'syntax';
  const names = thrown.cause instanceof PyError ? thrown.cause.names : [];
  const { message, ...advice } = isSyntax ? syntaxAdvice(thrown) : renderAdvice({ message: thrown.message, names });
  const unknown = /^'([\w.]+)' is undefined$/.test(thrown.message) ? knownNames : undefined;
  return error(isSyntax ? 'jinja/syntax' : 'jinja/render', sentence(message), {
    place,
    ...(unknown !== undefined && { hint: unknown }),
    ...advice,
  });
}

/** What templates of YAML values may name: dbt's macros and nodes are not read yet. */
const knownNames =
  'Known here are env_var(), var(), target and dbt_version: macros, ref() and source() belong in SQL files.';

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

/** Template values as plain data: dicts as objects, tuples and sets as arrays. */
function plain(value: unknown, reveal: (text: string) => string): unknown {
  if (typeof value === 'string') return reveal(value);
  if (Array.isArray(value)) return Array.from(value, (one) => plain(one, reveal));
  if (value instanceof PySet) return Array.from(value as Iterable<unknown>, (one) => plain(one, reveal));
  const mapping = typeof value === 'object' && value !== null ? mappingOf(value) : undefined;
  if (mapping === undefined || mapping === null) return value;
  return Object.fromEntries([...mapping.entries()].map(([key, one]) => [String(key), plain(one, reveal)]));
}
