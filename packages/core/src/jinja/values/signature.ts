import type { Keywords } from './host-object.ts';
import { typeError } from './py-error.ts';

/** One parameter: a name (required), a name with its default, `*args` or `**kwargs`; names after `*args` take keywords only. */
export type Parameter = string | { readonly name: string; readonly default: unknown };

/** A parameter with its default, which is None where nothing else is said. */
export function optional(name: string, value: unknown = null): Parameter {
  return { name, default: value };
}

/** Declared parameters of a function, ready to bind. */
export interface Signature {
  readonly name: string;
  readonly positional: readonly Slot[];
  readonly keywordOnly: readonly Slot[];
  /** Whether `*args`, `**kwargs` are there. */
  readonly rest: boolean;
  readonly extra: boolean;
  /** Arguments that Python counts before these (`self`, Jinja's environment) in its messages. */
  readonly hidden: number;
}

interface Slot {
  readonly name: string;
  readonly optional: boolean;
  readonly default: unknown;
}

/** Reads a parameter list. `hidden`: how many leading arguments CPython's messages count on top. */
export function signature(name: string, parameters: readonly Parameter[], hidden: number = 0): Signature {
  const rest = parameters.findIndex((p) => typeof p === 'string' && /^\*(?!\*)/.test(p));
  const slots = (list: readonly Parameter[]): Slot[] =>
    list.filter((p) => typeof p !== 'string' || !p.startsWith('*')).map(slot);
  return {
    name,
    positional: slots(rest < 0 ? parameters : parameters.slice(0, rest)),
    keywordOnly: rest < 0 ? [] : slots(parameters.slice(rest + 1)),
    rest: rest >= 0 && parameters[rest] !== '*',
    extra: parameters.some((p) => typeof p === 'string' && p.startsWith('**')),
    hidden,
  };
}

function slot(parameter: Parameter): Slot {
  return typeof parameter === 'string'
    ? { name: parameter, optional: false, default: undefined }
    : { name: parameter.name, optional: true, default: parameter.default };
}

/**
 * Binds a call's arguments: one JS argument per declared parameter, then (if declared) the rest as an array,
 * the keyword-only ones, and the other keywords as a plain object. Throws TypeError in CPython's words.
 */
export function bindArguments(sig: Signature, args: readonly unknown[], kwargs: Keywords | null): unknown[] {
  const bound: unknown[] = args.slice(0, sig.positional.length);
  if (args.length > sig.positional.length && !sig.rest) throw tooMany(sig, args.length);
  const left = kwargs === null ? null : { ...kwargs };
  if (left !== null) takeKeywords(sig, args.length, bound, left);
  const names = sig.keywordOnly.map(({ name }) => name);
  if (!sig.extra && left !== null)
    refuseUnknown(
      sig,
      Object.keys(left).filter((name) => !names.includes(name)),
    );
  fillDefaults(sig, bound, sig.positional, 0, 'positional argument');
  if (sig.rest) bound.push(args.slice(sig.positional.length));
  const start = bound.length;
  sig.keywordOnly.forEach((s, i) => {
    if (left !== null && Object.hasOwn(left, s.name)) bound[start + i] = left[s.name];
    if (left !== null) delete left[s.name];
  });
  fillDefaults(sig, bound, sig.keywordOnly, start, 'keyword-only argument');
  if (sig.extra) bound.push(left ?? {});
  return bound;
}

function takeKeywords(sig: Signature, given: number, bound: unknown[], left: Record<string, unknown>): void {
  sig.positional.forEach((s, i) => {
    if (!Object.hasOwn(left, s.name)) return;
    if (i < given) throw typeError(`${sig.name}() got multiple values for argument '${s.name}'`);
    bound[i] = left[s.name];
    delete left[s.name];
  });
}

function fillDefaults(sig: Signature, bound: unknown[], slots: readonly Slot[], start: number, kind: string): void {
  const missing: string[] = [];
  slots.forEach((s, i) => {
    if (start + i in bound && bound[start + i] !== undefined) return;
    if (s.optional) bound[start + i] = s.default;
    else if (start + i in bound) bound[start + i] = null;
    else missing.push(s.name);
  });
  if (missing.length === 0) return;
  const count = `${missing.length} required ${kind}${missing.length === 1 ? '' : 's'}`;
  throw typeError(`${sig.name}() missing ${count}: ${nameList(missing)}`);
}

function nameList(names: readonly string[]): string {
  const quoted = names.map((name) => `'${name}'`);
  if (quoted.length < 3) return quoted.join(' and ');
  return `${quoted.slice(0, -1).join(', ')}, and ${quoted.at(-1)}`;
}

function tooMany(sig: Signature, given: number): Error {
  const most = sig.positional.length + sig.hidden;
  const least = sig.positional.filter((s) => !s.optional).length + sig.hidden;
  const takes = least === most ? `${most}` : `from ${least} to ${most}`;
  const total = given + sig.hidden;
  const noun = least === most && most === 1 ? 'argument' : 'arguments';
  return typeError(
    `${sig.name}() takes ${takes} positional ${noun} but ${total} ${total === 1 ? 'was' : 'were'} given`,
  );
}

function refuseUnknown(sig: Signature, [first]: readonly string[]): void {
  if (first !== undefined) throw typeError(`${sig.name}() got an unexpected keyword argument '${first}'`);
}
