import { type FlagDefinitions, integer, path, seconds, text, toggle } from './flag-kinds.ts';

/** Flags that dbt has not, about the lake. */
export const lakeFlags: FlagDefinitions<
  | 'takeOver'
  | 'withCandidates'
  | 'build'
  | 'adopt'
  | 'wait'
  | 'to'
  | 'selfContained'
  | 'last'
  | 'dryRun'
  | 'from'
  | 'printUri'
> = {
  takeOver: {
    kind: toggle,
    long: '--take-over',
    fallback: false,
    help: 'take locations and a published path that another state holds',
  },
  withCandidates: {
    kind: toggle,
    long: '--with-candidates',
    fallback: false,
    help: 'read unselected nodes as they were last built, though tests withheld that',
  },
  build: {
    kind: text,
    long: '--build',
    fallback: undefined,
    help: 'commit to write with --to: its number, or how the id of its build begins',
  },
  adopt: {
    kind: toggle,
    long: '--adopt',
    fallback: true,
    help: 'take up what a build finished that was killed, where it would come out the same',
  },
  wait: {
    kind: seconds(3600),
    long: '--wait',
    fallback: undefined,
    help: 'wait for other builds of the same nodes, at most so many seconds (default 3600), instead of running beside them',
  },
  to: { kind: path, long: '--to', fallback: undefined, help: 'file to write instead of the published path' },
  selfContained: { kind: toggle, long: '--self-contained', fallback: false, help: 'put all rows into the file itself' },
  last: { kind: integer(1), long: '--last', fallback: 20, help: 'how many commits are listed' },
  from: { kind: path, long: '--from', fallback: undefined, help: 'folder that holds files of extensions' },
  printUri: {
    kind: toggle,
    long: '--print-uri',
    fallback: false,
    help: "print where the newest commit's own catalog lies, which never changes",
  },
  dryRun: { kind: toggle, long: '--dry-run', fallback: false, help: 'only tell what would be done' },
};
