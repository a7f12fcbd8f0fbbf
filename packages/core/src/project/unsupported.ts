import { type Diagnostic, error } from '../diagnostics.ts';
import { didYouMeanHint } from '../near-names.ts';
import type { Located } from './located.ts';
import { isMapping } from './read-yaml.ts';

type Values = Readonly<Record<string, unknown>>;

/** The plugins that come with dbt-duckdb. All may be named in a profile; a source that needs one which eider cannot run fails by itself. */
const plugins: readonly string[] = [
  'delta',
  'excel',
  'iceberg',
  'gsheet',
  'glue',
  'postgres',
  'sqlalchemy',
  'motherduck',
];

/** Findings about what eider refuses by name in a target, before anything runs. */
export function unsupportedInTarget(values: Values, output: Located): Diagnostic[] {
  const found: Diagnostic[] = [];
  const given = (key: string): boolean => values[key] !== undefined && values[key] !== null;
  const refuse = (key: string, message: string, hint: string): void => {
    if (given(key)) found.push(error('project/unsupported', message, { place: output.at(key), hint }));
  };
  refuse(
    'remote',
    'A remote Buena Vista server ("remote") cannot be used: eider runs DuckDB itself.',
    'Remove "remote", and give a "path".',
  );
  refuse(
    'filesystems',
    'fsspec file systems ("filesystems") need Python.',
    "Use DuckDB's own: `extensions: [httpfs]` with `secrets:` for S3, GCS and R2, the azure extension for Azure.",
  );
  for (const [index, plugin] of (Array.isArray(values.plugins) ? values.plugins : []).entries()) {
    const name: unknown = isMapping(plugin) ? plugin.module : undefined;
    if (typeof name === 'string' && !plugins.includes(name))
      found.push(pluginModule(name, output.at('plugins', index, 'module')));
  }
  return found;
}

function pluginModule(name: string, place: Diagnostic['place'] & object): Diagnostic {
  const message = `The plugin "${name}" is a Python module of its own; it needs Python's connection to DuckDB, which eider does not have.`;
  const hint = didYouMeanHint(name, plugins) ?? `The plugins that may be named: ${plugins.join(', ')}.`;
  return error('project/unsupported', message, { place, hint });
}
