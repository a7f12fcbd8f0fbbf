import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runEider } from '../support/eider.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';
import { goodProject, type Mistake, mistakes } from './message-cases.ts';

// Invariant: whatever a person did wrong, the message has the place, the cause and what to do; no stack trace, no secret. The snapshot is the
// whole of what a person reads: look at the difference before it is updated.

function make(folder: string, { edits = {}, encoding, files = {} }: Mistake): void {
  const write = (path: string, text: string, as: 'utf8' | 'latin1' = 'utf8'): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, as);
  };
  for (const [path, text] of Object.entries(goodProject)) write(path, text);
  for (const [path, [from, to]] of Object.entries(edits)) {
    const text = readFileSync(join(folder, path), 'utf8');
    expect(text).toContain(from);
    write(path, text.replaceAll(from, to));
  }
  for (const [path, text] of Object.entries(files)) {
    if (text === null) rmSync(join(folder, path));
    else write(path, text, encoding ?? 'utf8');
  }
}

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

describe('a mistake has its message', () => {
  test.concurrent.for(mistakes)('$name', async (mistake, { expect }) => {
    const folder = temporaryFolder('message');
    try {
      make(folder, mistake);
      const env = { NO_COLOR: '1', ...mistake.env };
      const result = await runEider(mistake.command ?? ['build'], { cwd: folder, env });
      const said = message(`${result.stdout}\n${result.stderr}`, folder);
      expect(said, 'no stack trace').not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
      expect(said, 'no bug').not.toContain('bug in eider');
      expect(said, 'no secret').not.toContain('hunter2');
      expect(`exit ${result.exitCode}\n${said}`).toMatchSnapshot();
    } finally {
      removeFolder(folder);
    }
  });
});
