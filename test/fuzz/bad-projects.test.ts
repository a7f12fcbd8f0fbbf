import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { catalogue } from '../diagnostics-page.ts';
import { runInProcess } from '../support/in-process.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';
import { type Mistake, makeMistakes, mistakes } from './mistakes.ts';

// Invariant: whatever is wrong with a project's files, a command ends with 0, 1 or 2 and one report, each finding with a code of the catalogue and each
// error with a file, and never with a stack or a message of a bug. `EIDER_MISTAKES=5000` makes more of them, `EIDER_SEED` others.

const runs = Number(process.env.EIDER_MISTAKES ?? 60);
const seed = Number(process.env.EIDER_SEED ?? 7);
const root = temporaryFolder('bad-projects');
afterAll(() => removeFolder(root));
let count = 0;

interface Finding {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly file: string | null;
}

async function findingsOf(made: readonly Mistake[]): Promise<void> {
  count += 1;
  const folder = join(root, String(count));
  makeMistakes(folder, made);
  try {
    const argv = ['parse', '--output', 'json', '--project-dir', folder, '--profiles-dir', folder];
    const { code, err, out } = await runInProcess(argv, { cwd: root, env: { HOME: root } });
    expect(err).not.toMatch(/bug in eider|^\s+at .*:\d+:\d+/m);
    expect([0, 1, 2]).toContain(code);
    const document = JSON.parse(out.slice(out.indexOf('{\n'))) as { success: boolean; findings: Finding[] };
    expect(document.success).toBe(code === 0);
    if (code !== 0) expect(document.findings.some(({ severity }) => severity === 'error')).toBe(true);
    for (const finding of document.findings) {
      expect(Object.keys(catalogue)).toContain(finding.code);
      expect(finding.message).not.toMatch(
        /^\s+at .*:\d+:\d+|undefined is not|Cannot read properties|\[object Object\]/m,
      );
      const isNowhere = finding.code === 'project/not-found' || finding.code === 'profile/not-found';
      if (finding.severity === 'error' && !isNowhere) expect(finding.file, JSON.stringify(finding)).toBeTruthy();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('the project is sound before anything is broken', async () => {
  const folder = join(root, 'sound');
  makeMistakes(folder, []);
  const argv = ['parse', '--output', 'json', '--project-dir', folder, '--profiles-dir', folder];
  const { out } = await runInProcess(argv, { cwd: root, env: { HOME: root } });
  expect(JSON.parse(out)).toMatchObject({ success: true });
});

test(`${runs} bad projects end with a report`, { timeout: 120_000 + runs * 2_000 }, async () => {
  await fc.assert(fc.asyncProperty(mistakes, findingsOf), { numRuns: runs, seed });
});
