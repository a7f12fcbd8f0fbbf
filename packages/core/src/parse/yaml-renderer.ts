import { isMapping, toPlain } from '../context/plain.ts';
import type { RenderContext } from '../context/render-context.ts';
import { templateDiagnostics } from '../context/template-diagnostics.ts';
import { type Diagnostic, error, type Place } from '../diagnostics.ts';
import type { JinjaEnvironment } from '../jinja/environment.ts';
import { isUndefined } from '../jinja/values/index.ts';
import type { Located } from '../project/located.ts';
import { checkRenderedEntry, type EntryKind } from '../project/properties-schema.ts';
import { hasJinja } from '../project/shape.ts';
import { recordOf } from './read-values.ts';

/** The way from an entry to a value inside it. */
export type KeyPath = readonly (string | number)[];

/** Renders the texts of YAML values as dbt does: natively, so that `{{ var('n') }}` keeps its type. */
export interface YamlRenderer {
  /** `skip` names what stays as written. Failures become findings, and the value stays as written. */
  render(value: Located, skip: (path: KeyPath) => boolean): unknown;
  /** An entry of a property file, rendered but for what dbt renders later. Findings too: what a text in Jinja gives that may not stand there. */
  entry(kind: EntryKind, entry: Located): Readonly<Record<string, unknown>>;
  text(text: string, place: Place): unknown;
}

/** A renderer whose findings go to `diagnostics`. */
export function yamlRenderer(
  environment: JinjaEnvironment,
  context: RenderContext,
  diagnostics: Diagnostic[],
): YamlRenderer {
  let renders = 0;
  const text = (source: string, place: Place): unknown => {
    if (!hasJinja(source)) return source.endsWith('\n') ? source.slice(0, -1) : source;
    renders += 1;
    try {
      const { file, line, column } = place;
      const template = environment.template(source, file, { native: true, firstLine: line, firstColumn: column });
      const value = template.renderNative(context);
      if (isUndefined(value)) diagnostics.push(undefinedValue(value, place));
      return toPlain(value);
    } catch (failure) {
      diagnostics.push(...templateDiagnostics(failure, null, place));
      return source;
    }
  };
  const walk = (value: Located, path: KeyPath, skip: (path: KeyPath) => boolean): unknown => {
    if (skip(path)) return value.value;
    if (typeof value.value === 'string') return text(value.value, value.textPlace);
    if (Array.isArray(value.value))
      return Array.from(value.entries(), ([key, item]) => walk(item, [...path, key], skip));
    // A float is an object too.
    if (!isMapping(value.value)) return value.value;
    return Object.fromEntries(Array.from(value.entries(), ([key, item]) => [key, walk(item, [...path, key], skip)]));
  };
  const entry: YamlRenderer['entry'] = (kind, located) => {
    const [rendersBefore, findingsBefore] = [renders, diagnostics.length];
    const value = walk(located, [], isRenderedLater(kind));
    if (renders > rendersBefore && diagnostics.length === findingsBefore)
      checkRenderedEntry(kind, value, {
        at: (...path) => located.at(...path),
        // Warnings were given for what is written.
        report: (finding) => finding.severity === 'error' && diagnostics.push(finding),
      });
    return recordOf(value);
  };
  return { render: (value, skip) => walk(value, [], skip), entry, text };
}

/** dbt cannot keep what is undefined. */
function undefinedValue({ hint: words }: { readonly hint: string }, place: Place): Diagnostic {
  const hint = "Give it a default, as in `{{ var('name', 'default') }}`, or write the value itself.";
  return error('jinja/render', `This value is undefined: ${words}.`, { place, hint });
}

const UNRENDERED = new Set(['tests', 'data_tests', 'description', 'loaded_at_query']);
const NESTED = new Set(['columns', 'dimensions', 'measures', 'entities']);

/** What dbt leaves alone in an entry of a property file: descriptions and tests are rendered later, hooks when they run, filters by MetricFlow. */
function isRenderedLater(kind: EntryKind): (path: KeyPath) => boolean {
  if (kind === 'sources') return laterInSource;
  if (kind === 'macros') return (path) => (path[0] === 'arguments' ? later(path.slice(1)) : later(path));
  if (kind === 'metrics') return (path) => path.includes('filter') || later(path);
  if (kind === 'saved_queries') return (path) => (path[0] === 'query_params' && path[1] === 'where') || later(path);
  return later;
}

function laterInSource(path: KeyPath): boolean {
  const [first, second] = path;
  if (first === 'description' || first === 'loaded_at_query') return true;
  if (first === 'config' && second === 'loaded_at_query') return true;
  return first === 'tables' && later(path.slice(2));
}

function later(path: KeyPath): boolean {
  const [first = '', second = '', third = ''] = path;
  if (UNRENDERED.has(String(first))) return true;
  if (path.length === 2 && UNRENDERED.has(String(second))) return true;
  if (first === 'config' && /^(pre_hook|post_hook|loaded_at_query)$/.test(String(second))) return true;
  if (path.length === 5 && path[4] === 'description') return true;
  return path.length >= 3 && NESTED.has(String(first)) && UNRENDERED.has(String(third));
}

/** What dbt leaves alone in the config trees of dbt_project.yml: hooks, which are rendered when they run. */
export function isHookPath(path: KeyPath): boolean {
  return path.some((key) => typeof key === 'string' && /^\+?\s*(pre|post)[-_]hook$/.test(key));
}
