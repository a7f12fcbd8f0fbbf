import type { Context, MacroText } from '../jinja/environment.ts';
import { type Callable, type Keywords, rawFunction } from '../jinja/values/index.ts';
import type { Macro, MacroLibrary } from './macro-library.ts';
import { findAnywhere, findInPackage, findMacro, INTERNAL_PACKAGES, isInternalPackage } from './macro-library.ts';
import { type Namespace, namesAndValues } from './namespace.ts';
import type { Reads } from './reads.ts';
import { type TestMacros, testMacros } from './test-macros.ts';

/** Makes the values of some names of the context, each when it is first asked for. */
export type Lazy = Readonly<Record<string, () => unknown>>;

/** The tables of a context's names, made when the first of them is asked for. A name counts in the first table that has it. */
export type LazyTables = (context: RenderContext) => readonly Lazy[];

/** A call of a macro. `depth`: how many macros are between the template and it. */
export interface MacroCall {
  readonly macro: Macro;
  readonly depth: number;
  readonly args: readonly unknown[];
  readonly kwargs: Keywords | null;
}

export interface RenderContextOptions {
  readonly macros: MacroLibrary;
  /** The package whose macros plain names mean first. */
  readonly packageName: string;
  /** While a generic test is parsed: the id of its macro. Only what that calls is there, as in dbt. */
  readonly test?: string | undefined;
  /** Whether macros are called in the middle of asynchronous code. */
  readonly async: boolean;
  /** Told about each call of a macro before it begins. */
  readonly onCall?: (call: MacroCall) => void;
  /** Told what each call of a macro gave: to find the way back to a place in its text. */
  readonly onText?: (text: MacroText) => void;
  /** Told which macros are looked for, found or not. */
  readonly reads?: Reads | undefined;
}

/**
 * The names that one render sees: values given for it, then macros, then dbt's own functions, each made when first asked for. All macros that the
 * render reaches share it, as in dbt: plain names inside a package's macro mean the macros of the rendered node's package first.
 */
export class RenderContext implements Context {
  readonly #options: RenderContextOptions;
  readonly #tablesOf: LazyTables;
  readonly #given = new Map<string, unknown>();
  readonly #made = new Map<string, unknown>();
  readonly #macros = new Map<string, Callable>();
  readonly #seen: TestMacros | undefined;
  #tables: readonly Lazy[] | undefined;
  #depth = 0;

  constructor(tables: LazyTables, options: RenderContextOptions) {
    this.#options = options;
    this.#tablesOf = tables;
    const { macros, reads, test } = options;
    if (test === undefined) return;
    reads?.note('test-macros', test, '');
    this.#seen = testMacros(macros, test);
  }

  /** Lays values over the context's own: they count before macros. */
  give(values: Readonly<Record<string, unknown>>): this {
    for (const [name, value] of Object.entries(values)) this.#given.set(name, value);
    return this;
  }

  get(name: string): unknown {
    if (this.#given.has(name)) return this.#given.get(name);
    return this.macroNamed(name) ?? this.package(name) ?? this.builtin(name);
  }

  /** dbt's own function or value of a name, also where a macro of that name hides it. */
  builtin(name: string): unknown {
    if (this.#made.has(name)) return this.#made.get(name);
    this.#tables ??= this.#tablesOf(this);
    for (const table of this.#tables) {
      if (!Object.hasOwn(table, name)) continue;
      const value = table[name]?.();
      this.#made.set(name, value);
      return value;
    }
    return undefined;
  }

  /** The names of dbt's own functions and values. */
  builtinNames(): readonly string[] {
    this.#tables ??= this.#tablesOf(this);
    return [...new Set(this.#tables.flatMap((table) => Object.keys(table)))];
  }

  /** Every name: what was given, macros, packages of macros, dbt's own. */
  names(): readonly string[] {
    const { macros, packageName, reads } = this.#options;
    reads?.unrepeatable();
    if (this.#seen !== undefined)
      return [...new Set([...this.#given.keys(), ...plain(this.#seen), ...this.builtinNames()])];
    const known = [packageName, macros.rootPackage, 'dbt'].flatMap((owner) => macroNames(macros, owner));
    return [...new Set([...this.#given.keys(), ...known, ...macros.byPackage.keys(), ...this.builtinNames()])];
  }

  /** The macro that a plain name means here. */
  macroNamed(name: string): Callable | undefined {
    const { macros, packageName, reads } = this.#options;
    if (this.#seen !== undefined) return this.boundOr(this.#seen.get(name));
    reads?.note('macro', packageName, name);
    return this.boundOr(findMacro(macros, packageName, name));
  }

  /** A macro for `adapter.dispatch`: of a package, or by its plain name; null where there is no such package. */
  macroIn(packageName: string | null, name: string): Callable | undefined | null {
    if (packageName === null) return this.#seen === undefined ? this.macroNamed(name) : this.macroAnywhere(name);
    const macro = this.found(packageName, name);
    return macro === undefined || macro === null ? macro : this.bound(macro);
  }

  /** The macro of a name wherever it is, as a command finds it. */
  macroAnywhere(name: string): Callable | undefined {
    const { macros, reads } = this.#options;
    reads?.note('anywhere', '', name);
    return this.boundOr(findAnywhere(macros, name));
  }

  private package(name: string): Namespace | undefined {
    const { macros, reads } = this.#options;
    if (this.#seen !== undefined) return this.packageSeen(name, this.#seen);
    if (name !== 'dbt') {
      reads?.note('package', '', name);
      if (isInternalPackage(name) || !macros.byPackage.has(name)) return undefined;
    }
    const names = (): readonly string[] => {
      reads?.unrepeatable();
      return macroNames(macros, name);
    };
    const namespace = namesAndValues((member) => this.boundOr(this.found(name, member)), names);
    this.#given.set(name, namespace);
    return namespace;
  }

  private packageSeen(name: string, seen: TestMacros): Namespace | undefined {
    const members = [...seen.keys()]
      .filter((one) => one.startsWith(`${name}.`))
      .map((one) => one.slice(name.length + 1));
    if (members.length === 0) return undefined;
    const namespace = namesAndValues(
      (member) => this.boundOr(seen.get(`${name}.${member}`)),
      () => members,
    );
    this.#given.set(name, namespace);
    return namespace;
  }

  private found(packageName: string, name: string): Macro | undefined | null {
    this.#options.reads?.note('macro-in', packageName, name);
    return findInPackage(this.#options.macros, packageName, name);
  }

  private boundOr(macro: Macro | undefined | null): Callable | undefined {
    return macro === undefined || macro === null ? undefined : this.bound(macro);
  }

  /** A macro as this render calls it. */
  bound(macro: Macro): Callable {
    const id = macro.node.unique_id;
    const known = this.#macros.get(id);
    if (known !== undefined) return known;
    const { async: isAsync, onText } = this.#options;
    const options = onText === undefined ? { async: isAsync } : { async: isAsync, onText };
    const callable = this.tracked(macro, macro.definition.bind(this, id, options));
    this.#macros.set(id, callable);
    return callable;
  }

  /** A macro as a method of the adapter calls it, which dbt notes for no node. */
  unnoted(macro: Macro): Callable {
    const callable = this.bound(macro);
    return calledBy(callable, macro, (args, kwargs) => this.deeper(() => callable.__call__(args, kwargs)));
  }

  private tracked(macro: Macro, callable: Callable): Callable {
    const { onCall } = this.#options;
    if (onCall === undefined) return callable;
    return calledBy(callable, macro, (args, kwargs) => {
      onCall({ macro, depth: this.#depth, args, kwargs });
      return this.deeper(() => callable.__call__(args, kwargs));
    });
  }

  /** Runs a call: what it calls in turn is a step deeper. */
  private deeper(run: () => unknown): unknown {
    this.#depth += 1;
    let result: unknown;
    const ended = (): void => {
      this.#depth -= 1;
    };
    try {
      result = run();
      // Code that waits is not at its end when it gives its promise.
      return result instanceof Promise ? result.finally(ended) : result;
    } finally {
      if (!(result instanceof Promise)) ended();
    }
  }
}

/** A macro that is called in another way; its attributes too, and that a call of it waits. */
function calledBy(callable: Callable, macro: Macro, call: Callable['__call__']): Callable {
  return Object.assign(rawFunction(macro.node.name, call), callable, { __call__: call });
}

function plain(seen: TestMacros): readonly string[] {
  return [...seen.keys()].map((name) => name.split('.', 1)[0] ?? name);
}

/** What a package's namespace holds. */
function macroNames(library: MacroLibrary, packageName: string): readonly string[] {
  const owners = packageName === 'dbt' ? INTERNAL_PACKAGES : [packageName];
  return owners.flatMap((owner) => [...(library.byPackage.get(owner)?.keys() ?? [])]);
}
