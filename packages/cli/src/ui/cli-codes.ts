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
} as const;
