/** Every code of the command line itself, as `codes` of core. */
export const cliCodes = {
  'cli/usage': {
    title: 'A command line, environment variable or flag that cannot be used',
    action: 'Correct it; `--help` behind a command lists what it takes.',
  },
  'cli/file-system': {
    title: 'A file or folder that the command could not read or write',
    action: 'Give this user the right to it, or move away what is in its place.',
  },
  'cli/no-previous-run': {
    title: 'Nothing that `retry` could go on with',
    action: 'Run `eider build` first, or name the folder with run_results.json by `--state`.',
  },
  'cli/cannot-retry': {
    title: 'A last command that `retry` cannot repeat',
    action: 'Run the command itself again.',
  },
  'cli/gone-node': {
    title: 'A node that was to be tried again and is gone from the project',
    action: 'Nothing, where it was removed on purpose.',
  },
} as const;
