import { type Diagnostic, error } from '../diagnostics.ts';
import type { Located } from './located.ts';

type Values = Readonly<Record<string, unknown>>;

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
  return found;
}
