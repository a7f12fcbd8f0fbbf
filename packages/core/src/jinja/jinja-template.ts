import { Return } from './call.ts';
import type { JinjaEnvironment } from './environment.ts';
import type { Mode } from './generator/emitter.ts';
import { nativeValue } from './native/native-value.ts';
import { Template as NunjucksTemplate, type RenderCallback } from './nunjucks.ts';
import type { ParsedTemplate } from './parsed-template.ts';
import { fail, packPlace, unpackPlace } from './runtime/failure.ts';
import type { LookUp, RenderState } from './runtime/support.ts';
import { type LoadedTemplate, TemplateContext } from './runtime/template-context.ts';
import type { Context, Rendered, RenderOptions, Segment, StaticCall, Template } from './template.ts';
import { writtenKeywords } from './tree-text.ts';
import { PyError } from './values/py-error.ts';
import { enterWork, Work } from './values/work.ts';

const text: Mode = { async: false, native: false, mapped: false, traced: false, linked: false, autoescape: false };
const native: Mode = { ...text, native: true };
const mapped: Mode = { ...text, mapped: true };
const asyncText: Mode = { ...text, async: true };
const asyncMapped: Mode = { ...mapped, async: true };

/** nunjucks' template with Jinja's language: its compiler and runtime are not used. */
export class JinjaTemplate extends NunjucksTemplate implements Template {
  readonly #environment: JinjaEnvironment;
  readonly #parsed: ParsedTemplate;
  readonly #source: { readonly file: string; readonly name: string };

  constructor(environment: JinjaEnvironment, parsed: ParsedTemplate, file: string) {
    super(parsed.source, environment, file, false);
    this.#environment = environment;
    this.#parsed = parsed;
    this.#source = { file, name: file };
  }

  get calls(): readonly StaticCall[] {
    return this.#parsed.calls();
  }

  keywordsOf(name: string): Readonly<Record<string, string>> {
    return writtenKeywords(this.#parsed.root, name);
  }

  /** Also takes a plain object for the context, and nunjucks' callback. */
  override render(context: Context | object = {}, options: RenderOptions | RenderCallback = {}): string {
    if (typeof options !== 'function') return String(this.#run(text, context, options, null));
    try {
      const result = this.render(context);
      queueMicrotask(() => options(null, result));
    } catch (failure) {
      queueMicrotask(() => options(failure as never, null));
    }
    return '';
  }

  async renderAsync(context: Context, options: RenderOptions = {}): Promise<string> {
    return String(await this.#runAsync(context, options, null));
  }

  renderMapped(context: Context, options: RenderOptions = {}): Rendered {
    const segments: number[] = [];
    return { text: String(this.#run(mapped, context, options, segments)), segments: segmentsOf(segments) };
  }

  async renderMappedAsync(context: Context, options: RenderOptions = {}): Promise<Rendered> {
    const segments: number[] = [];
    return { text: String(await this.#runAsync(context, options, segments)), segments: segmentsOf(segments) };
  }

  renderNative(context: Context, options: RenderOptions = {}): unknown {
    const pieces = this.#run(native, context, options, null);
    try {
      return nativeValue(pieces as readonly unknown[]);
    } catch (failure) {
      const [first = { lineno: 0, colno: 0 }] = this.#parsed.root.children;
      throw fail(failure, packPlace(first.lineno, first.colno), this.#source);
    }
  }

  #run(mode: Mode, context: Context | object, options: RenderOptions, segments: number[] | null): unknown {
    const state = listening(
      this.#environment.renderState(options.undefinedMode, mode.native),
      options,
      this.#source.file,
    );
    const lookUp = this.#environment.lookUp(contextOf(context), state.mode);
    const before = enterWork(new Work(options.steps));
    try {
      return this.#code(mode, lookUp, state, segments);
    } catch (thrown) {
      throw this.#uncaught(thrown);
    } finally {
      enterWork(before);
    }
  }

  #code(mode: Mode, lookUp: LookUp, state: RenderState, segments: number[] | null): unknown {
    const made = this.#parsed.code({ ...mode, linked: this.#parsed.isLinked, autoescape: state.autoescape });
    if (!made.linked) return made.run(lookUp, state, segments, this.#source);
    const code = made.make(state, this.#source);
    return code.root(TemplateContext.of(lookUp, code), segments);
  }

  /** The template for another one that includes, imports or extends it. */
  loaded(state: RenderState, isAsync: boolean, isNative: boolean): LoadedTemplate {
    const mode = { ...(isNative ? native : text), async: isAsync, linked: true, autoescape: state.autoescape };
    const made = this.#parsed.code(mode);
    if (!made.linked) throw new Error('a loaded template is compiled for being linked');
    return { name: this.#source.name, code: made.make(state, this.#source) };
  }

  async #runAsync(context: Context, options: RenderOptions, segments: number[] | null): Promise<unknown> {
    try {
      return await this.#run(segments === null ? asyncText : asyncMapped, context, options, segments);
    } catch (thrown) {
      throw this.#uncaught(thrown);
    }
  }

  /** `return()` leaves a macro only. */
  #uncaught(thrown: unknown): unknown {
    // A template that is nested too deeply overflows the stack while its code is made.
    if (thrown instanceof RangeError || thrown instanceof PyError) return fail(thrown, 0, this.#source);
    if (!(thrown instanceof Return)) return thrown;
    const message = 'return() is called outside of a macro';
    return fail(new PyError('MacroReturn', message), thrown.place, this.#source);
  }
}

function listening(state: RenderState, { onText, onUndefined }: RenderOptions, file: string): RenderState {
  if (onText === undefined && onUndefined === undefined) return state;
  return {
    ...state,
    ...(onText !== undefined && {
      onText: (text, segments) => onText({ text, segments: segmentsOf(segments), file, label: file }),
    }),
    ...(onUndefined !== undefined && {
      onUndefined: (words, place) => {
        const { line, column } = unpackPlace(place);
        onUndefined(words, line, column);
      },
    }),
  };
}

function contextOf(context: Context | object): Context {
  if ('get' in context && typeof context.get === 'function') return context as Context;
  return { get: (name) => (Object.hasOwn(context, name) ? Reflect.get(context, name) : undefined) };
}

/** The places that generated code recorded. */
export function segmentsOf(numbers: readonly number[]): Segment[] {
  const segments: Segment[] = [];
  for (let i = 0; i < numbers.length; i += 3) {
    const [offset = 0, place = 0, literal = 0] = numbers.slice(i, i + 3);
    if (segments.at(-1)?.offset === offset) segments.pop();
    segments.push({ offset, ...unpackPlace(place), literal: literal === 1 });
  }
  return segments;
}
