import { expect, test } from 'vitest';
import type { Code } from '../codes.ts';
import type { ManifestNode } from './nodes.ts';
import { resultMessage } from './result-message.ts';

const node = {
  name: 'a',
  original_file_path: 'models/a.sql',
  resource_type: 'model',
  config: { materialized: 'view' },
} as unknown as ManifestNode;

function said(code: Code, message: string, cause?: string): string | null {
  const finding = { severity: 'error' as const, code, message, ...(cause !== undefined && { cause }) };
  return resultMessage({ status: 'error', message, diagnostics: [finding] }, node);
}

test.each<[Code, string, string | undefined, string]>([
  ['jinja/render', 'The macro "m" is called without "x".', 'Parser Error: syntax error at or near "as"', 'Runtime'],
  ['jinja/render', 'There is no column nope.', 'Binder Error: Referenced column "nope" not found', 'Runtime'],
  ['jinja/render', "'m' is undefined", undefined, 'Compilation'],
  ['engine/sql-failed', 'There is no column nope.', undefined, 'Runtime'],
])(
  '%s: %s: what DuckDB refuses is an error of the run, whatever place it is shown at',
  (code, message, cause, kind) => {
    expect(said(code, message, cause)).toBe(`${kind} Error in model a (models/a.sql)\n  ${cause ?? message}`);
  },
);

test('a materialized view is refused in the words of dbt', () => {
  expect(said('engine/unsupported', 'Materialized views are not supported.')).toBe(
    'Compilation Error in model a (models/a.sql)\n  `get_create_materialized_view_as_sql` has not been implemented for this adapter.',
  );
});
