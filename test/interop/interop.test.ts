import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repository } from '../support/eider.ts';
import { compareProject } from './compare.ts';
import { describeVerdict } from './verdict.ts';

// Invariant: what dbt-duckdb makes of a project, eider makes of it, but for the listed deliberate differences. Every fixture
// project and the example are built by both; an empty comparison is a failure, so a peer that did nothing proves nothing.

const projects = readdirSync(join(repository, 'test/projects')).map((name) => join(repository, 'test/projects', name));
process.env.LANDING_ROOT = join(repository, 'node_modules/vega-datasets/data');

describe('built by dbt-duckdb and by eider', () => {
  test.each([...projects, join(repository, 'example-project')])('%s', { timeout: 300_000 }, async (project) => {
    const verdict = await compareProject(project);
    expect(verdict.differences, describeVerdict(verdict)).toEqual([]);
    expect(verdict.compared.relations).toBeGreaterThan(0);
    expect(verdict.compared.nodes).toBeGreaterThan(0);
  });
});
