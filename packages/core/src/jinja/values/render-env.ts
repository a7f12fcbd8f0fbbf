import type { Keywords } from './host-object.ts';
import type { UndefinedMode } from './undefined.ts';

/** What filters, tests and attribute lookups need of the running template. */
export interface RenderEnv {
  readonly mode: UndefinedMode;
  /** Whether the template escapes here what it prints. */
  readonly autoescape: boolean;
  /** The filter or test of a name, also those that a project added; `undefined` if there is none. */
  filter(name: string): FilterFunction | undefined;
  test(name: string): TestFunction | undefined;
}

/** A filter: `{{ value | f(args, k=v) }}`. */
export type FilterFunction = (
  env: RenderEnv,
  value: unknown,
  args: readonly unknown[],
  kwargs: Keywords | null,
) => unknown;

/** A test: `{{ value is t(args) }}`. */
export type TestFunction = (
  env: RenderEnv,
  value: unknown,
  args: readonly unknown[],
  kwargs: Keywords | null,
) => boolean;
