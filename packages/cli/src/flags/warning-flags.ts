import { type FlagDefinitions, toggle } from './flag-kinds.ts';
import { warnErrorOptions } from './warn-error-options.ts';

/** What becomes of warnings. */
export const warningFlags: FlagDefinitions<'warnError' | 'warnErrorOptions' | 'showAllDeprecations'> = {
  warnError: {
    kind: toggle,
    long: '--warn-error',
    env: 'WARN_ERROR',
    projectFlag: 'warn_error',
    fallback: false,
    help: 'take warnings for errors',
  },
  warnErrorOptions: {
    kind: warnErrorOptions,
    long: '--warn-error-options',
    env: 'WARN_ERROR_OPTIONS',
    projectFlag: 'warn_error_options',
    fallback: undefined,
    help: "which warnings are errors, or silent: '{error: all, warn: [names], silence: [names]}'",
  },
  showAllDeprecations: {
    kind: toggle,
    long: '--show-all-deprecations',
    fallback: false,
    help: 'tell of every deprecated spelling, not the first of each kind alone',
  },
};
