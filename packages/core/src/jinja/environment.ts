import { jinjaGlobals } from './globals.ts';
import { type HostNames, type Links, renderState } from './host-names.ts';
import { JinjaTemplate } from './jinja-template.ts';
import { macroFileOf } from './macro-file.ts';
import { type Extension, Environment as NunjucksEnvironment } from './nunjucks.ts';
import { type ParsedTemplate, parseTemplate, readTemplate } from './parsed-template.ts';
import type { LookUp, RenderState } from './runtime/support.ts';
import type { Context, MacroFile, TemplateOptions } from './template.ts';
import { refuseUnknownNames } from './unknown-names.ts';
import { PyError, typeError } from './values/py-error.ts';
import { toStr } from './values/repr.ts';
import { isUndefined, type UndefinedMode, undefinedOf } from './values/undefined.ts';

export type {
  Context,
  MacroDefinition,
  MacroFile,
  MacroText,
  StaticCall,
  Template,
  TemplateOptions,
} from './template.ts';

/** What every template of an environment sees, and how it treats undefined names. */
export interface JinjaEnvironmentOptions {
  readonly globals?: Readonly<Record<string, unknown>>;
  readonly undefinedMode?: UndefinedMode;
  /** Where `include`, `import` and `extends` look for templates, in this order; without any they fail, as in dbt. */
  readonly loaders?: readonly TemplateLoader[];
  /** Whether expressions are escaped for HTML, unless a template says otherwise. */
  readonly autoescape?: boolean;
  /**
   * What stands before the name of a macro that a template defines for itself. By default dbt's, which hides it; an
   * empty text for Jinja's own rule, that the template calls it by its name.
   */
  readonly macroPrefix?: string;
}

/** A loader in nunjucks' protocol: the source of a template, null if it is not there. */
export interface TemplateLoader {
  getSource(name: string): { readonly src: string; readonly path: string } | null;
}

const dbtMacroPrefix = 'dbt_macro__';

/** nunjucks' tables of an environment, which its declared types leave out. */
interface Tables {
  filters: Record<string, unknown>;
  tests: Record<string, unknown>;
  globals: Record<string, unknown>;
  extensions: Record<string, unknown>;
  extensionsList: readonly Extension[];
}

/**
 * dbt's Jinja on nunjucks' environment: `addFilter`, `addGlobal`, `addTest` and `addExtension` work as nunjucks
 * documents them; the language and its values are Jinja's.
 */
export class JinjaEnvironment extends NunjucksEnvironment {
  readonly #tables: Tables;
  readonly #undefinedMode: UndefinedMode;
  readonly #states: Map<string, RenderState> = new Map();
  readonly #options: JinjaEnvironmentOptions;

  constructor(options: JinjaEnvironmentOptions = {}) {
    super([], { autoescape: false });
    this.#options = options;
    this.#undefinedMode = options.undefinedMode ?? 'default';
    this.#tables = this as unknown as Tables;
    this.#tables.filters = {};
    this.#tables.tests = {};
    this.#tables.globals = { ...jinjaGlobals, ...options.globals };
  }

  /** Compiles a template, once a process for each text. Throws JinjaError of phase `syntax`. */
  template(source: string, file: string, options: TemplateOptions = {}): JinjaTemplate {
    const parsed = this.#parse(source, file, options);
    const state = this.renderState(undefined, options.native === true);
    const knowsFilters = [...parsed.filterNames].every((name) => state.filter(name) !== undefined);
    const knowsTests = [...parsed.testNames].every((name) => state.test(name) !== undefined);
    if (!knowsFilters || !knowsTests) refuseUnknownNames(parsed.root, state, file);
    return new JinjaTemplate(this, parsed, file);
  }

  /** Reads a file of macros, once a process for each text. Throws JinjaError of phase `syntax`. */
  macroFile(source: string, file: string): MacroFile {
    return macroFileOf(this.#parse(source, file, {}), this, file, source);
  }

  /** nunjucks: renders a text with a plain object for its context. */
  override renderString(source: string, context: object): string {
    return this.template(source, '<string>').render(context);
  }

  #parse(source: string, file: string, options: TemplateOptions): ParsedTemplate {
    const origin = { file, line: options.firstLine ?? 1, column: options.firstColumn ?? 1 };
    const { macroPrefix = dbtMacroPrefix } = this.#options;
    const dialect = { extensions: this.#tables.extensionsList, macroPrefix };
    return options.once === true ? readTemplate(source, origin, dialect) : parseTemplate(source, origin, dialect);
  }

  /** What a render of one kind shares with all others. */
  renderState(mode: UndefinedMode = this.#undefinedMode, native: boolean = false): RenderState {
    const key = `${mode} ${native}`;
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    const links: Links = {
      autoescape: this.#options.autoescape === true,
      globalName: this.lookUp({ get: () => undefined }, mode),
      hasLoaders: (this.#options.loaders ?? []).length > 0,
      load: (name, isAsync) => this.#load(name).loaded(this.renderState(mode, native), isAsync, native),
    };
    const state = renderState(this.#tables satisfies HostNames, mode, native, links);
    this.#states.set(key, state);
    return state;
  }

  /** The template of a name, or of the first name in a list that a loader knows. Throws as Jinja does. */
  #load(name: unknown): JinjaTemplate {
    if (name instanceof JinjaTemplate) return name;
    const { loaders = [] } = this.#options;
    if (loaders.length === 0) throw typeError('no loader for this environment specified');
    if (isUndefined(name)) throw name.error();
    const names = Array.isArray(name) ? name : [name];
    for (const one of names) {
      if (one instanceof JinjaTemplate) return one;
      const found = isUndefined(one) ? null : this.#fromLoaders(toStr(one), loaders);
      if (found !== null) return found;
    }
    if (!Array.isArray(name)) throw new PyError('TemplateNotFound', toStr(name));
    const list = names.map((one) => (isUndefined(one) ? one.hint : toStr(one))).join(', ');
    throw new PyError('TemplatesNotFound', `none of the templates given were found: ${list}`);
  }

  #fromLoaders(name: string, loaders: readonly TemplateLoader[]): JinjaTemplate | null {
    for (const loader of loaders) {
      const found = loader.getSource(name);
      if (found !== null) return this.template(found.src, name);
    }
    return null;
  }

  /** Reads names of a context, then of the globals; a name that is nowhere is undefined in Jinja's sense. */
  lookUp(context: Context, mode: UndefinedMode): LookUp {
    const { globals } = this.#tables;
    return (name) => {
      const value = context.get(name);
      if (value !== undefined) return value;
      const global = Object.hasOwn(globals, name) ? globals[name] : undefined;
      return global === undefined ? undefinedOf(name, mode) : global;
    };
  }
}
