import { getItem } from '../attributes.ts';
import { Markup } from '../values/markup.ts';
import { isInt } from '../values/number.ts';
import { PyError } from '../values/py-error.ts';
import { Range } from '../values/range.ts';
import type { FilterFunction, RenderEnv } from '../values/render-env.ts';
import { toStr } from '../values/repr.ts';
import { bindArguments, type Parameter, signature } from '../values/signature.ts';
import { plainText, plainTexts, textOf } from '../values/text-value.ts';
import { isUndefined, Undefined } from '../values/undefined.ts';
import { spend, spendCharacters, spendText } from '../values/work.ts';

/**
 * Declares a filter by Jinja's name for it and its parameters, the filtered value first.
 * `hidden`: arguments that Jinja passes in front (environment, context), which its messages count.
 */
export function filter(
  name: string,
  parameters: readonly Parameter[],
  run: (env: RenderEnv, ...args: never[]) => unknown,
  hidden: 0 | 1 = 0,
): FilterFunction {
  const call = run as (env: RenderEnv, ...args: unknown[]) => unknown;
  return rawFilter(name, parameters, (env, ...args: unknown[]) => call(env, ...plainTexts(args)), hidden);
}

/** Filters that look at each character. */
const slow: ReadonlySet<string> = new Set([
  'do_title',
  'do_wordwrap',
  'do_urlize',
  'do_urlencode',
  'do_replace',
  'do_pprint',
]);

/** As `filter`, for one that tells Markup and other text apart. */
export function rawFilter(
  name: string,
  parameters: readonly Parameter[],
  run: (env: RenderEnv, ...args: never[]) => unknown,
  hidden: 0 | 1 = 0,
): FilterFunction {
  const sig = signature(name, parameters, hidden);
  const call = run as (env: RenderEnv, ...args: unknown[]) => unknown;
  return (env, value, args, kwargs) => {
    spendOn(value);
    const result = call(env, ...bindArguments(sig, [value, ...args], kwargs));
    spendOn(result);
    return result;
  };

  function spendOn(value: unknown): void {
    // What goes through a list says so itself.
    if (value instanceof Range) spend(value.length);
    const text = textOf(value);
    if (text === undefined) return;
    if (slow.has(name)) spendCharacters(text.length);
    else spendText(text.length);
  }
}

/** A filter of text to text: Markup stays Markup. */
export function softFilter(
  name: string,
  parameters: readonly Parameter[],
  run: (text: string, ...args: unknown[]) => unknown,
  hidden: 0 | 1 = 0,
): FilterFunction {
  return rawFilter(
    name,
    parameters,
    (_env, value: unknown, ...args: unknown[]) => {
      const result = run(toStr(value), ...args.map(plainText));
      return value instanceof Markup ? new Markup(toStr(result)) : result;
    },
    hidden,
  );
}

/** The error for a filter that was called wrongly. */
export function filterArgumentError(message: string): PyError {
  return new PyError('FilterArgumentError', message);
}

/** Undefined with words of its own: for an empty sequence without first element. */
export function missing(env: RenderEnv, hint: string): Undefined {
  return new Undefined(hint, env.mode);
}

/** How an `attribute` argument reads a value: `a.b.0` step by step, the value itself for None. */
export type Getter = (value: unknown) => unknown;

/** A getter for an `attribute` argument. A default other than None stands for undefined steps. */
export function attributeGetter(
  env: RenderEnv,
  attribute: unknown,
  postprocess: Getter | null = null,
  fallback: unknown = null,
): Getter {
  const parts = attributeParts(attribute);
  return (value) => {
    let item = value;
    for (const part of parts) {
      item = getItem(item, part, env.mode);
      if (fallback !== null && isUndefined(item)) item = fallback;
    }
    return postprocess === null ? item : postprocess(item);
  };
}

/** Steps that an attribute of many takes. */
const attributePrice = 16;

/** A getter for `sort`: several attributes, with commas between, give a list to compare. */
export function sortGetter(env: RenderEnv, attribute: unknown, postprocess: Getter | null): Getter {
  const attributes = typeof attribute === 'string' ? attribute.split(',') : [attribute];
  spend(attributes.length * attributePrice);
  const getters = attributes.map((one) => attributeGetter(env, one, postprocess));
  return (value) => getters.map((get) => get(value));
}

function attributeParts(attribute: unknown): readonly unknown[] {
  if (attribute === null || attribute === undefined) return [];
  if (typeof attribute !== 'string') return [isInt(attribute) ? Number(attribute) : attribute];
  return attribute.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** Text in lower case, other values as they are: how sorting and `unique` compare by default. */
export function ignoreCase(value: unknown): unknown {
  return textOf(value)?.toLowerCase() ?? value;
}
