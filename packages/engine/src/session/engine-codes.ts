/** Every code about sessions, nodes and runs, as `codes` of core. */
export const engineCodes = {
  'engine/sql-failed': {
    title: 'SQL that DuckDB refuses',
    action: 'Look at the place in the template, and at the compiled SQL in `target/compiled`.',
  },
  'engine/test-failed': {
    title: 'A test that found rows, or could not say how many',
    action: 'Run the compiled SQL of the test to see the rows; `--store-failures` keeps them in a table.',
  },
  'engine/hook-failed': {
    title: 'A hook that failed',
    action: 'Mend the statement that is shown.',
  },
  'engine/publish-hook': {
    title: 'An `on_publish` hook that failed',
    action: 'Mend it, then run `eider publish`: what was published stays, and the hooks are run again.',
  },
  'engine/seed': {
    title: 'A CSV file that cannot be loaded',
    action: 'Mend the line that is shown, or set `column_types` or `delimiter` in the config of the seed.',
  },
  'engine/unsupported': {
    title: 'A materialization that is not there (yet)',
    action: 'Use `external`, `table`, `view` or `ephemeral`.',
  },
  'engine/python': {
    title: 'A Python model or plugin that failed, or cannot be run',
    action:
      'Mend the line of the model; name the interpreter with `python:` of the target or EIDER_PYTHON, and install what it imports.',
  },
  'engine/delta': {
    title: 'A Delta table that cannot be written',
    action:
      'Do what the message says; a table with features that are not known here is written by the engine that made it.',
  },
  'engine/delta-type': {
    title: 'A column that a Delta table holds as another type',
    action: 'Cast it in the model, to say what readers of the table should get.',
  },
  'engine/never-built': {
    title: 'A ref to a node that was never built or published',
    action: 'Select the node too, with `+` in front of the one that reads it.',
  },
  'engine/withheld': {
    title: 'A node that was built and is not published',
    action: 'Mend what it reads first: readers keep the state of before.',
  },
  'engine/dropped': {
    title: 'A relation that a hook dropped after it was built',
    action: 'Take the drop out of the hook, or set `publish: none` on the node.',
  },
  'engine/rolled-back': {
    title: 'A materialization that ended without `adapter.commit()`',
    action: 'Call `{% do adapter.commit() %}` behind its statements: what was not committed is rolled back, as in dbt.',
  },
  'engine/schema-change': {
    title: 'A published column that is gone or became narrower',
    action: 'Tell its readers, or set `publish.schema_change`; `--full-refresh` publishes what `stop` kept back.',
  },
  'engine/unbound': {
    title: 'A view that cannot stand in the published catalog',
    action: 'Build it again, or publish its rows with the config `publish: data`.',
  },
  'engine/database': {
    title: 'The working database cannot be opened',
    action: 'Check `path` of the target, or end the process that holds it.',
  },
  'engine/database-left': {
    title: 'A database of somebody else at `path`',
    action: 'Move it away to get a copy of the catalog there.',
  },
  'engine/extension': {
    title: 'A DuckDB extension that cannot be loaded',
    action: 'Check its name, or put its file where the message says.',
  },
  'engine/profile': {
    title: 'A setting, secret or attachment that DuckDB refuses',
    action: 'Mend the entry of profiles.yml that is shown.',
  },
  'engine/landing': {
    title: 'A file or a row that cannot be landed',
    action: 'Mend the lines that are shown: a batch is landed whole or not at all.',
  },
  'engine/store-failed': {
    title: 'A folder or bucket that cannot be read or written',
    action: 'Give this user the right to read and write there, or choose another root.',
  },
  'engine/failed': {
    title: 'A node that failed for another reason',
    action: 'Read the message; the log file has more.',
  },
} as const;
