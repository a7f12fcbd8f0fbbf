import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { baseFunctions } from '../packages/core/src/context/base-functions.ts';
import { type Context, JinjaEnvironment, returnFunction } from '../packages/core/src/jinja/index.ts';
import { createModules } from '../packages/core/src/jinja/modules/index.ts';
import { Dict, equals } from '../packages/core/src/jinja/values/index.ts';

// What dbt's own Jinja printed for each template, rendered here by synchronous and by asynchronous code.
// EIDER_JINJA_CASES names another file of cases.

interface Case {
  readonly name: string;
  readonly template: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly macros?: string;
  readonly native?: boolean;
  readonly parse_mode?: boolean;
  readonly expected: unknown;
}

const inTest = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
// The second file holds what comparing with dbt found later.
const files =
  process.env.EIDER_JINJA_CASES === undefined
    ? [inTest('jinja-cases.json'), inTest('jinja-own-cases.json')]
    : [process.env.EIDER_JINJA_CASES];
const cases = files.flatMap((file) => (JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: Case[] }).cases);
/** What dbt wraps around the error of a macro; ours is the error itself. */
const wrapper = /^CaughtMacroError/;

const functions: Readonly<Record<string, unknown>> = {
  ...baseFunctions,
  return: returnFunction(),
};

/** JSON values as a template's: objects are dicts. */
function templateValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(templateValue);
  if (typeof value !== 'object' || value === null) return value;
  return new Dict(Object.entries(value).map(([key, item]): [unknown, unknown] => [key, templateValue(item)]));
}

function contextOf(one: Case, environment: JinjaEnvironment, isAsync: boolean): Context {
  const names = new Map<string, unknown>([
    ...Object.entries(functions),
    ['modules', createModules()],
    ...Object.entries(one.context).map(([name, value]): [string, unknown] => [name, templateValue(value)]),
  ]);
  const context = { get: (name: string) => names.get(name) };
  const { macros } = environment.macroFile(one.macros ?? '', 'macros.sql');
  for (const macro of macros) names.set(macro.name, macro.bind(context, macro.name, { async: isAsync }));
  return context;
}

async function rendered(one: Case, isAsync: boolean): Promise<unknown> {
  const environment = new JinjaEnvironment();
  const native = one.native === true;
  const template = environment.template(one.template, 'case.sql', { native });
  const context = contextOf(one, environment, isAsync);
  const options = { undefinedMode: one.parse_mode === true ? ('parse' as const) : ('default' as const) };
  if (native) return template.renderNative(context, options);
  return isAsync ? await template.renderAsync(context, options) : template.render(context, options);
}

/** An error that dbt ends with, and its class where the case says it. */
interface ExpectedError {
  readonly error: true;
  readonly kind?: string;
}

function isError(expected: unknown): expected is ExpectedError {
  return typeof expected === 'object' && expected !== null && 'error' in expected && expected.error === true;
}

describe.each([
  ['synchronous', false],
  ['asynchronous', true],
])('%s', (_name, isAsync) => {
  test.each(cases.map((one) => [one.name, one] as const))('%s', async (_case, one) => {
    if (isError(one.expected)) {
      const { kind = '' } = one.expected;
      const isNamed = kind !== '' && !wrapper.test(kind) && process.env.EIDER_JINJA_CASES === undefined;
      const expected = isNamed ? { name: 'JinjaError', kind } : { name: 'JinjaError' };
      await expect(rendered(one, isAsync)).rejects.toMatchObject(expected);
      return;
    }
    const result = await rendered(one, isAsync);
    if (one.native === true) {
      expect(equals(result, templateValue(one.expected)), `${String(result)} for ${String(one.expected)}`).toBe(true);
      expect(typeof result).toBe(typeof one.expected);
    } else expect(result).toBe(one.expected);
  });
});
