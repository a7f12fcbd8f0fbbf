/** Every code of the command line itself, as `codes` of core. */
export const cliCodes = {
  'cli/file-system': {
    title: 'A file or folder that the command could not read or write',
    action: 'Give this user the right to it, or move away what is in its place.',
  },
} as const;
