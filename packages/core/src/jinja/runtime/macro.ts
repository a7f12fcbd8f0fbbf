import { Dict } from '../values/dict.ts';
import { type HostObject, type Keywords, keywordPairs } from '../values/host-object.ts';
import { typeError } from '../values/py-error.ts';
import { repr } from '../values/repr.ts';
import { Tuple } from '../values/tuple.ts';
import { Undefined, type UndefinedMode } from '../values/undefined.ts';
import { spendMacro } from '../values/work.ts';

/** What a macro is made of. The flags say which special names its body uses. */
export interface MacroParts {
  /** null: the body of a call block. */
  readonly name: string | null;
  readonly parameters: readonly string[];
  readonly caller: boolean;
  readonly kwargs: boolean;
  readonly varargs: boolean;
}

/** The body of a macro: parameters that were not given are JS `undefined`; then caller, kwargs and varargs, where used. */
export type MacroBody = (...values: unknown[]) => unknown;

/** A Jinja macro, or the `caller` of a call block. */
export class Macro implements HostObject {
  readonly __type__ = 'jinja2.runtime.Macro';
  readonly parts: MacroParts;
  readonly __waits__: boolean;
  readonly #body: MacroBody;
  readonly #mode: UndefinedMode;

  constructor(parts: MacroParts, body: MacroBody, mode: UndefinedMode) {
    this.parts = parts;
    this.__waits__ = Object.prototype.toString.call(body) === '[object AsyncFunction]';
    this.#body = body;
    this.#mode = mode;
  }

  /** Binds arguments by Jinja's rules and runs the body. Throws TypeError in Jinja's words. */
  __call__(args: readonly unknown[], kwargs: Keywords | null): unknown {
    spendMacro();
    const { parameters } = this.parts;
    const values: unknown[] = args.slice(0, parameters.length);
    if (kwargs === null && args.length <= parameters.length && !this.#hasSpecials()) return this.#body(...values);
    const left: Record<string, unknown> = { ...kwargs };
    for (const name of parameters.slice(values.length)) {
      values.push(Object.hasOwn(left, name) ? left[name] : undefined);
      delete left[name];
    }
    this.#addSpecials(values, args, left);
    return this.#body(...values);
  }

  #hasSpecials(): boolean {
    return this.parts.caller || this.parts.kwargs || this.parts.varargs;
  }

  #addSpecials(values: unknown[], args: readonly unknown[], left: Record<string, unknown>): void {
    const { parameters, caller, kwargs, varargs } = this.parts;
    if (caller && !parameters.includes('caller')) {
      values.push(left.caller ?? new Undefined('No caller defined', this.#mode));
      delete left.caller;
    }
    if (kwargs) values.push(new Dict(keywordPairs(left)));
    else this.#refuse(left);
    if (varargs) values.push(Tuple.from(args.slice(parameters.length)));
    else if (args.length > parameters.length) {
      throw typeError(`macro ${this.#shownName()} takes not more than ${parameters.length} argument(s)`, parameters);
    }
  }

  #refuse(left: Readonly<Record<string, unknown>>): void {
    const [[first] = []] = keywordPairs(left);
    if (first === undefined) return;
    const macro = `macro ${this.#shownName()}`;
    if (Object.hasOwn(left, 'caller')) {
      throw typeError(
        `${macro} was invoked with two values for the special caller argument. This is most likely a bug.`,
      );
    }
    throw typeError(`${macro} takes no keyword argument ${repr(first)}`, this.parts.parameters);
  }

  #shownName(): string {
    return repr(this.parts.name?.replace(/^dbt_macro__/, '') ?? null);
  }

  __getattr__(name: string): unknown {
    switch (name) {
      case 'name':
        return this.parts.name;
      case 'arguments':
        return Tuple.from(this.parts.parameters);
      case 'catch_kwargs':
        return this.parts.kwargs;
      case 'catch_varargs':
        return this.parts.varargs;
      case 'caller':
        return this.parts.caller;
      case 'explicit_caller':
        return this.parts.parameters.includes('caller');
      default:
        return undefined;
    }
  }

  __repr__(): string {
    return `<Macro ${this.parts.name === null ? 'anonymous' : repr(this.parts.name)}>`;
  }
}
