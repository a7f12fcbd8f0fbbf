import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runEider } from '../support/eider.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';
import { compareProject } from './compare.ts';
import { describeVerdict } from './verdict.ts';

// Invariant: what `eider init` makes is an ordinary dbt project: dbt-duckdb builds the same from it, on both targets.

const home = temporaryFolder('templates');
afterAll(() => removeFolder(home));

describe('made by eider init, built by dbt-duckdb and by eider', () => {
  test.each(['minimal', 'lakehouse'])('%s', { timeout: 300_000 }, async (template) => {
    const made = await runEider(['init', template, '--template', template], { cwd: home });
    expect(made.exitCode, made.stderr).toBe(0);
    const project = join(home, template);
    const runs = [['build'], ['build', '--target', 'prod']];
    writeFileSync(join(project, 'case.json'), JSON.stringify({ about: 'A template', runs }));
    const verdict = await compareProject(project);
    expect(verdict.differences, describeVerdict(verdict)).toEqual([]);
    expect(verdict.compared.relations).toBeGreaterThan(0);
    expect(verdict.compared.nodes).toBeGreaterThan(0);
  });
});
