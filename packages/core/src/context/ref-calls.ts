import { isUndefined, repr, typeName } from '../jinja/values/index.ts';
import type { RefArgs } from '../manifest/nodes.ts';
import { templateError } from './template-error.ts';

/** The arguments of `ref('model')`, `ref('package', 'model')`, with `version=` or `v=`. Throws EiderError for any other call. */
export function refArguments(args: readonly unknown[], kwargs: Readonly<Record<string, unknown>> | null): RefArgs {
  if (args.length < 1 || args.length > 2) {
    throw templateError(
      'jinja/render',
      `ref() takes at most two arguments (${args.length} given)`,
      "Write {{ ref('model') }} or {{ ref('package', 'model') }}.",
    );
  }
  const name = args[args.length - 1];
  const packageName = args.length === 2 ? args[0] : null;
  const version = kwargs?.version ?? kwargs?.v ?? null;
  requireText('name', name);
  if (packageName !== null) requireText('package', packageName);
  if (version !== null && typeof version !== 'string' && typeof version !== 'number') {
    throw templateError(
      'jinja/render',
      `The version argument to ref() must be a string, int, float, or None - got ${typeName(version)}`,
    );
  }
  return {
    name: String(name),
    package: packageName === null ? null : String(packageName),
    version: version === '' ? null : version,
  };
}

/** The arguments of `source('source', 'table')`. Throws EiderError for any other call. */
export function sourceArguments(args: readonly unknown[]): [string, string] {
  const [source, table] = args;
  if (args.length !== 2 || typeof source !== 'string' || typeof table !== 'string') {
    throw templateError(
      'jinja/render',
      `source() takes exactly two texts (${args.map(repr).join(', ')} given)`,
      "Write {{ source('source_name', 'table_name') }}.",
    );
  }
  return [source, table];
}

function requireText(what: string, value: unknown): void {
  if (typeof value === 'string') return;
  const [message, hint] = isUndefined(value)
    ? [`The ${what} that ref() gets is undefined: ${value.hint}.`, "A name is written in quotes: {{ ref('model') }}."]
    : [`The ${what} argument to ref() must be a string, got ${typeName(value)}`, "Write {{ ref('model') }}."];
  throw templateError('jinja/render', message, hint);
}
