import { filters, nativeFilters } from './filters/index.ts';
import type { RenderState } from './runtime/support.ts';
import { tests } from './tests/index.ts';
import { callRaw } from './values/call-value.ts';
import { PyError } from './values/py-error.ts';
import type { FilterFunction, TestFunction } from './values/render-env.ts';
import { truth } from './values/truth.ts';
import type { UndefinedMode } from './values/undefined.ts';

/** What a host adds to an environment, in nunjucks' tables. */
export interface HostNames {
  readonly filters: Readonly<Record<string, unknown>>;
  readonly tests: Readonly<Record<string, unknown>>;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** What an environment gives to a render beside filters, tests and extensions. */
export type Links = Pick<RenderState, 'load' | 'hasLoaders' | 'globalName' | 'autoescape'>;

/** What one kind of render of an environment needs. Filters and tests of the host count before Jinja's own. */
export function renderState(host: HostNames, mode: UndefinedMode, native: boolean, links: Links): RenderState {
  const ownFilters = native ? nativeFilters : filters;
  return {
    mode,
    ...links,
    filter: (name) => {
      const added = Object.hasOwn(host.filters, name) ? host.filters[name] : undefined;
      if (added !== undefined) return hostFilter(added);
      return Object.hasOwn(ownFilters, name) ? ownFilters[name] : undefined;
    },
    test: (name) => {
      const added = Object.hasOwn(host.tests, name) ? host.tests[name] : undefined;
      if (added !== undefined) return hostTest(added);
      return Object.hasOwn(tests, name) ? tests[name] : undefined;
    },
    extension: (name, method, args, bodies) => {
      const extension = Object.hasOwn(host.extensions, name) ? host.extensions[name] : undefined;
      const run: unknown = Object(extension)[method];
      if (typeof run !== 'function') throw new PyError('TemplateRuntimeError', `no extension ${name}.${method}`);
      return Reflect.apply(run, extension, [{}, ...args, ...bodies]);
    },
  };
}

function hostFilter(run: unknown): FilterFunction {
  return (_state, value, args, kwargs) => callRaw(run, undefined, [value, ...args], kwargs) ?? null;
}

function hostTest(run: unknown): TestFunction {
  return (_state, value, args, kwargs) => truth(callRaw(run, undefined, [value, ...args], kwargs));
}
