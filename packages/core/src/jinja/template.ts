import type { Callable } from './values/index.ts';
import type { UndefinedMode } from './values/undefined.ts';

/** The names that a render sees. */
export interface Context {
  /** The value of a name; `undefined` (JS): not there. */
  get(name: string): unknown;
}

/** A call with a literal name, as it stands in a template. */
export interface StaticCall {
  /** The name with its dots: `ref`, `adapter.dispatch`, `dbt_utils.star`. */
  readonly name: string;
  /** Literal values; null for an argument that is an expression. */
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  readonly line: number;
  readonly column: number;
}

/** A stretch of a rendered text, from `offset` to the next segment's. */
export interface Segment {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
  /** Whether the text stands so in the template, so that places inside it can be counted on. */
  readonly literal: boolean;
}

/** A rendered text with its way back to the template. What a macro gave has the place of its call. */
export interface Rendered {
  readonly text: string;
  readonly segments: readonly Segment[];
}

/** How one render differs from its environment. */
export interface RenderOptions {
  readonly undefinedMode?: UndefinedMode;
  /** Passes of loops, and work that counts as some, before the render is taken for endless; 20 million without it. */
  readonly steps?: number | undefined;
  /** Told what a mapped render printed that is undefined: Jinja's words, and where. */
  readonly onUndefined?: (words: string, line: number, column: number) => void;
  /** Told what blocks of the template itself gave that a mapped render put somewhere else: of `set` and of `call`. */
  readonly onText?: (text: MacroText) => void;
}

/** Where a template's text stands in its file; lines and columns count from 1. */
export interface TemplateOptions {
  /** Render with dbt's native rules: for values of YAML files. */
  readonly native?: boolean;
  readonly firstLine?: number;
  readonly firstColumn?: number;
  /** Not kept for the next who asks for the same text: what is kept of thousands of templates costs the collector more than reading one again. */
  readonly once?: boolean;
}

/** A compiled template. Renders throw JinjaError. */
export interface Template {
  render(context: Context, options?: RenderOptions): string;
  /** As `render`, and promises of the host are awaited in the middle of expressions. */
  renderAsync(context: Context, options?: RenderOptions): Promise<string>;
  renderMapped(context: Context, options?: RenderOptions): Rendered;
  renderMappedAsync(context: Context, options?: RenderOptions): Promise<Rendered>;
  /** dbt's native rendering: a lone expression keeps its type. Only for templates made with `native`. */
  renderNative(context: Context, options?: RenderOptions): unknown;
  /** Every call with a literal name, also in branches that do not run. */
  readonly calls: readonly StaticCall[];
  /** The keywords of the first call of a name, as Python prints Jinja2's nodes of them. */
  keywordsOf(name: string): Readonly<Record<string, string>>;
}

/** A parameter of a macro. */
export interface MacroParameter {
  readonly name: string;
  readonly hasDefault: boolean;
}

/** How a macro runs. */
export interface BindOptions {
  /** Whether it may await promises of the host; a call then gives a promise. */
  readonly async: boolean;
  readonly undefinedMode?: UndefinedMode;
  /** Told what each call of the macro gave, with its way back to the macro's file. */
  readonly onText?: (text: MacroText) => void;
}

/** What one call of a macro gave. */
export interface MacroText extends Rendered {
  readonly file: string;
  /** The macro, as error frames name it. */
  readonly label: string;
}

/** A macro, generic test or materialization of a macro file. */
export interface MacroDefinition {
  /** dbt's name: `test_unique` for a test, `materialization_x_duckdb` for a materialization. */
  readonly name: string;
  readonly kind: 'macro' | 'test' | 'materialization';
  /** The block's own source: dbt's `macro_sql`. */
  readonly text: string;
  readonly line: number;
  readonly column: number;
  readonly parameters: readonly MacroParameter[];
  /** Of a materialization; null for other kinds. */
  readonly supportedLanguages: readonly string[] | null;
  readonly calls: readonly StaticCall[];
  /** The macro in a context. `label` names it in error frames. It sees its arguments and the context, nothing beside it in its file. */
  bind(context: Context, label: string, options?: BindOptions): Callable;
}

/** What a file defines at its top level, in order. */
export interface MacroFile {
  readonly macros: readonly MacroDefinition[];
}
