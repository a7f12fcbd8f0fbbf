import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { baseFunctions } from '../packages/core/src/context/base-functions.ts';
import { JinjaEnvironment, JinjaError } from '../packages/core/src/jinja/index.ts';
import { createModules } from '../packages/core/src/jinja/modules/index.ts';

// What CPython 3.11 and Jinja2 3.1, configured as dbt configures it, gave for each expression:
// [expression, printed text], or [expression, null, class of the error, its message].

type Case = readonly [expression: string, printed: string | null, kind?: string, message?: string];

const cases = JSON.parse(readFileSync(new URL('python-values.json', import.meta.url), 'utf8')) as readonly Case[];

const rows = [
  { name: 'b', n: 2, ok: true },
  { name: 'a', n: 1, ok: false },
  { name: 'B', n: 2, ok: true },
];
const names = new Map<string, unknown>(Object.entries({ ...baseFunctions, modules: createModules(), rows, d: {} }));
const environment = new JinjaEnvironment();

function evaluated(expression: string): readonly unknown[] {
  try {
    const template = environment.template(`{{ ${expression} }}`, 'case.sql');
    return [template.render({ get: (name) => names.get(name) })];
  } catch (error) {
    if (error instanceof JinjaError) return [null, error.kind, error.message];
    throw error;
  }
}

test.each(cases.map(([expression, ...expected]) => ({ expression, expected })))(
  '$expression',
  ({ expression, expected }) => {
    expect(evaluated(expression)).toEqual(expected);
  },
);
