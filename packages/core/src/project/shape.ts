import { type Diagnostic, error, type Place, warning } from '../diagnostics.ts';
import { didYouMean, didYouMeanHint } from '../near-names.ts';
import { keyThatIsNoText } from './build-yaml.ts';
import { describe, isMapping } from './read-yaml.ts';

/** A way into nested data. */
export type Path = readonly (string | number)[];

/** Where a check looks up places and puts its findings. */
export interface Check {
  at(...path: Path): Place;
  report(finding: Diagnostic, path: Path): void;
  /** Whether a text with Jinja in it may stand for anything: it is rendered later. */
  readonly jinja: boolean;
  /** Whether YAML reads a date or a time here, where the file knows. */
  readonly isTime?: (path: Path) => boolean;
}

/** Checks a value at a path and reports what is wrong with it. Checks never change data. */
export type Shape = (value: unknown, path: Path, check: Check) => void;

/** A mapping with known keys. */
export interface RecordShape {
  /** With its article: `a model`. */
  readonly what: string;
  readonly keys: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  /** `error`: dbt refuses unknown keys too. `warning`: dbt takes and ignores them. */
  readonly unknown: 'error' | 'warning';
  /** Keys that people put here though they belong elsewhere, with the place they belong to. */
  readonly misplaced?: Readonly<Record<string, string>>;
  /** Unknown keys that nobody means for us: where people keep what they use with YAML anchors. */
  readonly private?: RegExp;
  /** A check of the whole mapping. */
  readonly rule?: Shape;
}

/** Anything. */
export const any: Shape = () => {};
/** A text. */
export const text: Shape = expected('a text', (value) => typeof value === 'string');
/** A text that dbt takes as YAML reads it, without rendering it before: there a date is no text. */
export const unrenderedText: Shape = (value, path, check) => {
  text(value, path, check);
  if (typeof value !== 'string' || check.isTime?.(path) !== true) return;
  const hint = `Put quotes around it: '${value}'.`;
  const message = `${subject(path)} must be a text, not a date.`;
  check.report(error('project/invalid-value', message, { place: check.at(...path), hint }), path);
};
/** Such a text, or a list of them. */
export const unrenderedTexts: Shape = (value, path, check) => {
  const wrongItem = Array.isArray(value) && value.some((one) => typeof one !== 'string');
  if (Array.isArray(value) && !wrongItem) listOf(unrenderedText)(value, path, check);
  else if (typeof value === 'string') unrenderedText(value, path, check);
  else textOrTexts(value, path, check);
};
/** True or false. */
export const bool: Shape = expected('true or false', (value) => typeof value === 'boolean');
/** A whole number. */
export const integer: Shape = expected(
  'a whole number',
  (value) => typeof value === 'number' && Number.isInteger(value),
);
/** A mapping. */
export const mapping: Shape = expected('a mapping', isMapping);

/** A mapping with keys that a project chooses, which are texts. */
export const open: Shape = (value, path, check) => {
  mapping(value, path, check);
  textKeys(value, path, check);
};

/** A mapping whose keys are texts, where it is one. */
export const textKeys: Shape = (value, path, check) => {
  const key = isMapping(value) ? keyThatIsNoText(value) : undefined;
  if (key === undefined) return;
  const message = `The key ${key} must be a text; YAML takes it for ${/^(true|false)$/.test(key) ? 'true or false' : key === 'null' ? 'nothing' : 'a number'}.`;
  const hint = `Put quotes around it: '${key}'.`;
  check.report(error('project/invalid-value', message, { place: check.at(...path, key), hint }), path);
};

/** A list of anything. */
export const list: Shape = expected('a list', Array.isArray);

/** A value that passes `test`. `words` say what it is: `a list of texts`. */
export function expected(words: string, test: (value: unknown) => boolean): Shape {
  return (value, path, check) => {
    if (!test(value) && !mayRender(value, check)) check.report(wrong(words, value, path, check), path);
  };
}

/** Also nothing. */
export function nullable(shape: Shape): Shape {
  return (value, path, check) => {
    if (value !== null) shape(value, path, check);
  };
}

/** Also nothing in any shape: null, false, zero, an empty text, list or mapping. */
export function orEmpty(shape: Shape): Shape {
  const isEmpty = (value: unknown): boolean => (Array.isArray(value) ? value.length === 0 : !value);
  return (value, path, check) => {
    if (!isEmpty(value)) shape(value, path, check);
  };
}

/** One of a few texts. */
export function oneOf(...words: readonly string[]): Shape {
  return (value, path, check) => {
    if (mayRender(value, check) || words.includes(String(value))) return;
    const message = `${subject(path)} cannot be ${typeof value === 'string' ? `"${value}"` : describe(value)}; it is one of ${words.join(', ')}.`;
    check.report(
      error('project/invalid-value', message, withHint(check.at(...path), didYouMeanHint(String(value), words))),
      path,
    );
  };
}

/** One of a few texts in any case: so dbt takes the enumerations of its semantic layer. */
export function anyCase(...words: readonly string[]): Shape {
  const plain = oneOf(...words);
  return (value, path, check) => {
    if (typeof value !== 'string' || !words.includes(value.toLowerCase())) plain(value, path, check);
  };
}

/** A list whose items have a shape. */
export function listOf(item: Shape): Shape {
  return (value, path, check) => {
    list(value, path, check);
    if (Array.isArray(value)) for (const [index, one] of value.entries()) item(one, [...path, index], check);
  };
}

/** A text or several: dbt reads a single one as a list of one. */
export const textOrTexts: Shape = expected(
  'a text or a list of texts',
  (value) => typeof value === 'string' || (Array.isArray(value) && value.every((one) => typeof one === 'string')),
);
/** A list of texts. */
export const texts: Shape = listOf(text);

/** A mapping with known keys: unknown ones are reported with what was probably meant, missing ones too. */
export function record(shape: RecordShape): Shape {
  const known = Object.keys(shape.keys);
  return (value, path, check) => {
    if (!isMapping(value)) {
      if (!mayRender(value, check)) check.report(wrong('a mapping', value, path, check), path);
      return;
    }
    const strays = Object.keys(value).filter((key) => !Object.hasOwn(shape.keys, key) && !shape.private?.test(key));
    const meant = misspelled(shape, value, strays);
    for (const key of Object.keys(value))
      if (Object.hasOwn(shape.keys, key)) shape.keys[key]?.(value[key], [...path, key], check);
    const slips = new Set(meant.values());
    for (const key of strays) {
      if (!slips.has(key)) check.report(unknownKey(shape, key, known, check.at(...path, key)), path);
    }
    for (const [key, stray] of meant) {
      const place = stray === undefined ? check.at(...path) : check.at(...path, stray);
      check.report(missingKey(shape, key, stray, place), path);
    }
    shape.rule?.(value, path, check);
  };
}

/** Reports two keys of which only one may be there. */
export function notBoth(first: string, second: string): Shape {
  return (value, path, check) => {
    if (!isMapping(value) || !Object.hasOwn(value, first) || !Object.hasOwn(value, second)) return;
    const message = `"${first}" and "${second}" mean the same; only one of them may be given.`;
    check.report(
      error('project/invalid-value', message, {
        place: check.at(...path, second),
        hint: `Move everything under "${second}".`,
      }),
      path,
    );
  };
}

/** Reports keys of which one may stand in an entry or in its `config:`, not in both. */
export function onceIn(config: string, keys: readonly string[]): Shape {
  return (value, path, check) => {
    if (!isMapping(value)) return;
    const { [config]: within } = value;
    for (const key of keys.filter(
      (one) => isMapping(within) && Object.hasOwn(within, one) && Object.hasOwn(value, one),
    )) {
      const message = `"${key}" stands here and under "${config}"; only one of them may be given.`;
      const hint = `Move everything under "${config}".`;
      check.report(error('project/invalid-value', message, { place: check.at(...path, key), hint }), path);
    }
  };
}

/** Applies several checks to one value. */
export function all(...shapes: readonly Shape[]): Shape {
  return (value, path, check) => {
    for (const shape of shapes) shape(value, path, check);
  };
}

/** Whether a text holds Jinja. */
export function hasJinja(value: unknown): boolean {
  return typeof value === 'string' && /\{[{%#]/.test(value);
}

function mayRender(value: unknown, check: Check): boolean {
  return check.jinja && hasJinja(value);
}

function wrong(words: string, value: unknown, path: Path, check: Check): Diagnostic {
  const quotable = /^(?:true or false|a whole number|a number)/.test(words);
  const quoted = typeof value === 'string' && quotable && /^\s*(true|false|yes|no|on|off|[\d.]+)\s*$|\{\{/i.test(value);
  const hint = quoted
    ? 'Remove the quotes; a value made with Jinja needs a filter such as `| as_number` or `| as_bool`.'
    : howToWrite(words, value);
  return error(
    'project/invalid-value',
    `${subject(path)} must be ${words}, not ${typeof value === 'number' && quotable ? value : describe(value)}.`,
    withHint(check.at(...path), hint),
  );
}

/** How YAML writes what is wanted in place of what stands there. */
function howToWrite(words: string, value: unknown): string | undefined {
  if (words.startsWith('a list')) {
    return isMapping(value)
      ? 'Begin each item with `- ` on a line of its own, and put its name behind `name:`.'
      : `Write a list: […], or \`- \` before each item on a line of its own.`;
  }
  if (words === 'true or false') return 'Write true or false, without quotes.';
  if (words.startsWith('a mapping')) {
    return Array.isArray(value)
      ? 'Write `key: value` lines, without `- ` in front.'
      : 'Write `key: value`, with a space behind the colon.';
  }
  if (words.startsWith('a text') && (typeof value === 'number' || typeof value === 'boolean')) {
    return 'Put quotes around it: YAML reads it as a number or as true or false.';
  }
  return undefined;
}

function unknownKey(shape: RecordShape, key: string, known: readonly string[], place: Place): Diagnostic {
  const belongs = shape.misplaced?.[key];
  if (belongs !== undefined) {
    const message = `"${key}" is not read here: ${shape.what} has it ${belongs}.`;
    return finding(shape, message, withHint(place, `Move it ${belongs}.`));
  }
  const consequence = shape.unknown === 'warning' ? '; it is ignored, as in dbt' : '';
  const keys = [...known].sort().join(', ');
  const hint = didYouMeanHint(key, known) ?? (known.length > 20 ? undefined : `Known keys: ${keys}.`);
  return finding(shape, `${capital(shape.what)} has no key "${key}"${consequence}.`, withHint(place, hint));
}

function finding(shape: RecordShape, message: string, more: { place: Place; hint?: string }): Diagnostic {
  return (shape.unknown === 'warning' ? warning : error)('project/unknown-key', message, more);
}

/** The required keys that are missing, each with the unknown key that was probably meant to be it. */
function misspelled(
  shape: RecordShape,
  value: Record<string, unknown>,
  strays: readonly string[],
): Map<string, string | undefined> {
  const missing = (shape.required ?? []).filter((key) => !Object.hasOwn(value, key));
  return new Map(missing.map((key) => [key, didYouMean(key, strays)]));
}

function missingKey(shape: RecordShape, key: string, stray: string | undefined, place: Place): Diagnostic {
  const hint = stray === undefined ? `Add \`${key}: …\`.` : `Is "${stray}" meant to be "${key}"?`;
  return error('project/invalid-value', `${capital(shape.what)} needs "${key}".`, withHint(place, hint));
}

/** How a message names the value at a path: `"columns"`, `Item 2 of "columns"`. */
function subject(path: Path): string {
  const last = path.at(-1);
  if (typeof last === 'string') return `"${last}"`;
  const owner = path.findLast((step) => typeof step === 'string');
  if (last === undefined) return 'The file';
  return owner === undefined ? `Item ${last + 1}` : `Item ${last + 1} of "${owner}"`;
}

function capital(words: string): string {
  // A file's name stays as it is.
  return words.includes('.') ? words : words.charAt(0).toUpperCase() + words.slice(1);
}

function withHint(place: Place, hint: string | undefined): { place: Place; hint?: string } {
  return hint === undefined ? { place } : { place, hint };
}
