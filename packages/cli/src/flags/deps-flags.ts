import { choice, type FlagDefinitions, text, toggle } from './flag-kinds.ts';

/** The flags of `deps` alone. */
export const depsFlags: FlagDefinitions<'upgrade' | 'lock' | 'addPackage' | 'source'> = {
  upgrade: {
    kind: toggle,
    long: '--upgrade',
    fallback: false,
    help: 'choose the newest versions, whatever the lock file says',
  },
  lock: { kind: toggle, long: '--lock', fallback: false, help: 'write package-lock.yml and install nothing' },
  addPackage: {
    kind: text,
    long: '--add-package',
    fallback: undefined,
    help: 'put name@version into packages.yml and install it',
  },
  source: {
    kind: choice('hub', 'git', 'local'),
    long: '--source',
    fallback: 'hub',
    help: 'where the package of --add-package comes from',
  },
};
