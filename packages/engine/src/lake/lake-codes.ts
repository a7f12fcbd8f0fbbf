/** Every code about the lake and its catalog, as `codes` of core. */
export const lakeCodes = {
  'lake/conflict': {
    title: 'Another build changed what this one read or replaces',
    action: 'Run the command again.',
  },
  'lake/busy': {
    title: 'Another build of the same nodes runs',
    action: 'Wait longer (`--wait`), or run the command later.',
  },
  'lake/same-location': {
    title: "Two nodes with one location, or one within the other's",
    action: 'Give one of them another location, schema or alias.',
  },
  'lake/location-taken': {
    title: 'A location that another state owns',
    action: 'Give the node another location, or take it with `--take-over`.',
  },
  'lake/location-holds': {
    title: 'A location that holds other things of eider',
    action: 'Give it a location of its own.',
  },
  'lake/not-writable': {
    title: 'A folder that this user may not write',
    action: 'Give this user the right to write there.',
  },
  'lake/other-project': {
    title: 'A state folder of another project',
    action: 'Set `state` in the profile to another folder, or give the project its old name.',
  },
  'lake/newer-format': {
    title: 'A state that a newer eider wrote',
    action: 'Update eider.',
  },
  'lake/empty': {
    title: 'A lake without a commit',
    action: 'Run `eider build` first.',
  },
  'lake/no-such-build': {
    title: 'A commit that the ledger does not have',
    action: 'Look at `eider history`.',
  },
  'lake/not-retained': {
    title: 'A commit whose data was deleted when its time was over',
    action: 'Choose one that is still there; set `publish.keep` to keep more from now on.',
  },
  'lake/entry-missing': {
    title: 'A ledger entry that is gone',
    action: 'Restore the file from a backup; without it that state cannot be read.',
  },
  'lake/damaged': {
    title: 'An object of the state that cannot be read',
    action: 'Restore the file from a backup; what was published stays readable.',
  },
  'lake/files-lost': {
    title: 'Files of a build that are gone',
    action: 'Run the build again.',
  },
  'lake/not-shown': {
    title: 'A commit that could not be shown everywhere',
    action: 'Remove the cause, then run `eider publish`: the commit itself is safe.',
  },
  'lake/alias-failed': {
    title: 'A location that could not be brought up to date',
    action: 'Remove the cause, then run `eider publish`.',
  },
  'lake/moved-aside': {
    title: 'Files of somebody else that stood at a location',
    action: 'Delete them when nobody needs them any more.',
  },
  'lake/diverged': {
    title: 'A Delta table that others changed while it was built',
    action: 'Build it again: the next build begins with what the table shows.',
  },
  'lake/retention-failed': {
    title: 'Old files that could not be deleted',
    action: 'Remove the cause: the next commit tries again.',
  },
  'lake/published-path-taken': {
    title: 'Something else stands at the published path',
    action: 'Set `publish.path` to another file, or take it with `--take-over`.',
  },
  'lake/live-path-taken': {
    title: 'Something else stands where the live file belongs',
    action: 'Set `publish.live` to another file, or take it with `--take-over`.',
  },
  'lake/file-taken': {
    title: 'Something else stands where a catalog should be written',
    action: 'Give `--to` another file, or take it with `--take-over`.',
  },
  'lake/published-written': {
    title: 'A program wrote to the published file',
    action: 'Open it read-only; what was written is moved aside.',
  },
  'lake/publish-refused': {
    title: 'A published path that could not be replaced',
    action: 'Close the programs that have it open, then run `eider publish`.',
  },
  'lake/bad-name': {
    title: 'A file name that no location can have',
    action: 'This is a bug: please report it.',
  },
  'lake/ambiguous-name': {
    title: 'A published file named like one of its schemas',
    action: 'Set `publish.path` to a file of another name.',
  },
} as const;
