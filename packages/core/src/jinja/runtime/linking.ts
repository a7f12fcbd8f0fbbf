import type { HostObject } from '../values/host-object.ts';
import { PyError } from '../values/py-error.ts';
import { repr, toStr } from '../values/repr.ts';
import { textOf } from '../values/text-value.ts';
import { truth } from '../values/truth.ts';
import { isUndefined, Undefined } from '../values/undefined.ts';
import type { RenderState } from './support.ts';
import { type LoadedTemplate, type Locals, TemplateContext, whole } from './template-context.ts';

/** How a tag asks for another template. */
export interface LinkRequest {
  readonly name: unknown;
  /** The context of the asking template and the names of its scope, where the other one is to see them. */
  readonly context: TemplateContext | null;
  readonly locals: Locals | null;
  readonly isAsync: boolean;
}

function contextOf(loaded: LoadedTemplate, { context, locals }: LinkRequest, state: RenderState): TemplateContext {
  if (context === null) return TemplateContext.of(state.globalName, loaded.code);
  return TemplateContext.of(locals === null ? context.lookUp : context.within(locals), loaded.code);
}

/** `include`: what the other template prints; null where it may be missing and is. */
export function include(state: RenderState, request: LinkRequest, mayBeMissing: boolean): unknown {
  const loaded = found(state, request, mayBeMissing);
  return loaded === null ? null : loaded.code.root(contextOf(loaded, request, state), null);
}

function found(state: RenderState, request: LinkRequest, mayBeMissing: boolean): LoadedTemplate | null {
  try {
    refuseNothing(request.name);
    return state.load(request.name, request.isAsync);
  } catch (thrown) {
    const isMissing = thrown instanceof PyError && missing.has(thrown.kind);
    if (mayBeMissing && isMissing) return null;
    throw thrown;
  }
}

const missing = new Set(['TemplateNotFound', 'TemplatesNotFound']);

/** A template that was run for what it defines. */
export class TemplateModule implements HostObject {
  readonly __type__ = 'jinja2.environment.TemplateModule';
  readonly name: string;
  readonly #text: string;
  readonly #context: TemplateContext;

  constructor(name: string, text: string, context: TemplateContext) {
    this.name = name;
    this.#text = text;
    this.#context = context;
  }

  __getattr__(name: string): unknown {
    return this.#context.exported(name);
  }

  __str__(): string {
    return this.#text;
  }

  __repr__(): string {
    return `<TemplateModule ${repr(this.name)}>`;
  }

  /** `from … import name`: undefined with words of its own for a name that is not there. */
  named(name: string, place: string, state: RenderState): unknown {
    const words = `the template ${repr(this.name)} (imported on ${place}) does not export the requested name ${repr(name)}`;
    return this.#context.exported(name) ?? new Undefined(words, state.mode);
  }
}

/** `import`: runs the other template and gives its module, or a promise of it. */
export function importModule(state: RenderState, request: LinkRequest): unknown {
  const loaded = state.load(request.name, request.isAsync);
  const context = contextOf(loaded, request, state);
  const made = (text: unknown): TemplateModule => new TemplateModule(loaded.name, toStr(text), context);
  const printed = whole(loaded.code.root(context, null), false);
  return printed instanceof Promise ? printed.then(made) : made(printed);
}

/** An include takes a list of names too, which may not be empty; Jinja takes any value that is no text for one. */
function refuseNothing(name: unknown): void {
  if (textOf(name) !== undefined || isUndefined(name) || truth(name)) return;
  throw new PyError('TemplatesNotFound', 'Tried to select from an empty list of templates.');
}
