import { describe, type ExpectStatic, test } from 'vitest';
import { runEider } from '../support/eider.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';
import { type Mistake, makeMistake, makeProject, subjects } from './message-cases.ts';

// Invariant: whatever a person did wrong, the message has the place, the cause and what to do; no stack trace, no secret. The snapshot is the
// whole of what a person reads: look at the difference before it is updated.

const progress =
  /START |Running with|Concurrency|Found \d|\[(SKIP|PASS in.*|OK in .*|INSERT.*|ERROR in.*)\]$|Published \d|Finished running|^$/;

/** What is said about the mistake: no progress, no times, no folder of this run. */
function message(output: string, folder: string): string {
  return output
    .split('\n')
    .map((line) => line.replace(/^\d\d:\d\d:\d\d {2}(\d+ of \d+ )?/, '').trimEnd())
    .filter((line) => !progress.test(line))
    .join('\n')
    .replaceAll(folder, '<project>')
    .replaceAll(/ in \d+\.\d\ds\]/g, ']');
}

for (const { subject, mistakes } of subjects) {
  describe(subject, () => {
    for (const mistake of mistakes) test.concurrent(mistake.name, ({ expect }) => meet(mistake, expect));
  });
}

async function meet(mistake: Mistake, expect: ExpectStatic): Promise<void> {
  const folder = temporaryFolder('message');
  try {
    makeProject(folder);
    const env = { NO_COLOR: '1', ...mistake.env };
    if (mistake.before !== undefined) await runEider(mistake.before, { cwd: folder, env });
    makeMistake(folder, mistake);
    const result = await runEider(mistake.command ?? ['build'], { cwd: folder, env });
    const said = message(`${result.stdout}\n${result.stderr}`, folder);
    expect(said, 'no stack trace').not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
    expect(said, 'no bug').not.toContain('bug in eider');
    expect(said, 'no secret').not.toContain('hunter2');
    expect(`exit ${result.exitCode}\n${said}`).toMatchSnapshot();
  } finally {
    removeFolder(folder);
  }
}
