import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type LandOutcome, landFiles } from '@eider/engine';
import { UsageError } from '../flags/usage-error.ts';
import type { CommandAction } from '../invoked.ts';
import { type OpenProject, openProject } from '../project/open-project.ts';
import { reportingFailures } from '../project/reporting-failures.ts';

/** `land SCHEMA.TABLE FILES…`: rows of CSV, JSON and Parquet files, or of standard input (`-`), into a Delta table, once for each batch. */
export const land: CommandAction = async (invoked) => {
  const open = await openProject(invoked);
  const [table, ...names] = invoked.words ?? [];
  if (table === undefined)
    throw new UsageError('land needs a table.', 'Name it and the files: eider land landing.orders orders.csv');
  const { flags, compiler, eiderVersion } = open;
  const outcome = await withStandardInput(invoked.host.stdin, names, flags.inputFormat, (files) =>
    reportingFailures(open, () =>
      landFiles({
        ...{ compiler, table, files, folder: invoked.host.cwd, format: flags.inputFormat },
        ...{ mode: flags.mode, keys: flags.key, batchId: flags.batchId, widen: flags.widen, dryRun: flags.dryRun },
        ...{ engineInfo: `eider/${eiderVersion}`, now: invoked.host.now },
      }),
    ),
  );
  if (flags.output === 'json') open.reporter.result(JSON.stringify(recordOf(outcome), null, 2));
  else tell(open, outcome);
  return 0;
};

/** Standard input as a file, where it is named: its rows are read several times. */
async function withStandardInput<T>(
  stdin: NodeJS.ReadableStream,
  names: readonly string[],
  format: string | undefined,
  work: (files: readonly string[]) => Promise<T>,
): Promise<T> {
  if (!names.includes('-')) return await work(names);
  if (format === undefined)
    throw new UsageError(
      'What comes in on standard input has no name that tells what it is.',
      'Say it with --input-format csv, json or parquet.',
    );
  const folder = await mkdtemp(join(tmpdir(), 'eider-land-'));
  try {
    const path = join(folder, `stdin.${format}`);
    await pipeline(stdin, createWriteStream(path));
    return await work(names.map((name) => (name === '-' ? path : name)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const recordOf = ({ batchId, ...outcome }: LandOutcome) => ({ ...outcome, batch_id: batchId });

function tell({ reporter }: OpenProject, outcome: LandOutcome): void {
  const { added, batchId, created, kind, location, mode, notes, replaced, rows, source, table, version, widened } =
    outcome;
  if (kind === 'repeated') {
    reporter.say(`The batch ${batchId} is in ${table} already: nothing to do.`, { batch_id: batchId });
    return;
  }
  const verb = kind === 'planned' ? 'Would land' : 'Landed';
  const of =
    replaced === null || mode !== 'merge' ? '' : `, ${replaced.toLocaleString('en-US')} of them in the place of others`;
  const count = rows === 1 ? '1 row' : `${(rows ?? 0).toLocaleString('en-US')} rows`;
  const where = kind === 'planned' ? '' : ` as version ${version}`;
  reporter.say(`${verb} ${count}${of} in ${table}${where} (batch ${batchId})`, { table, location, batch_id: batchId });
  if (created) reporter.say(`The table is new: ${location}`, { location });
  for (const column of added) reporter.say(`New column: ${column}`);
  for (const { column, from, to } of widened) reporter.say(`Wider column: ${column}, ${from} before, now ${to}`);
  for (const note of notes) reporter.warn(`Delta has no such type: ${note}`);
  if (created && source === null)
    reporter.say(`To read it in models, declare the source with external_location: delta_scan('${location}')`);
}
