import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readProject } from './read-project.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

type Files = Readonly<Record<string, string>>;
const head = 'name: shop\nprofile: shop\n';
const target = 'shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n';

async function findings(files: Files, env: Record<string, string> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'eider-bad-'));
  folders.push(root);
  for (const [path, text] of Object.entries({ 'dbt_project.yml': head, 'profiles.yml': target, ...files })) {
    if (text === '(none)') continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return readProject({ projectDir: root, env: { HOME: root, ...env }, macrosDir: '/nonexistent' });
}

interface Bad {
  readonly what: string;
  readonly files: Files;
  /** `file:line:column`, or empty where the finding has no place. */
  readonly at: string;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly severity?: 'warning';
}

const cases: Record<string, Bad[]> = parse(readFileSync(new URL('./bad-projects.cases.yml', import.meta.url), 'utf8'));

const project = (text: string): Files => ({ 'dbt_project.yml': head + text });
const profile = (text: string): Files => ({ 'profiles.yml': target + text.replace(/^/gm, '      ') });

describe.each(Object.entries(cases))('%s', (_, group) => {
  it.each(group)('$what', async ({ files, at, code, message, hint, severity = 'error' }) => {
    const { diagnostics } = await findings(files);
    expect(diagnostics).toHaveLength(1);
    const [found] = diagnostics;
    const place = found?.place;
    expect(place === undefined ? '' : `${place.file}:${place.line}:${place.column}`).toBe(at);
    expect(found).toMatchObject({ code, severity });
    expect(found?.message).toMatch(new RegExp(message));
    if (hint !== undefined) expect(found?.hint).toMatch(new RegExp(hint));
  });
});

describe('several findings', () => {
  it('a file that is not UTF-8 is left out', async () => {
    const root = mkdtempSync(join(tmpdir(), 'eider-bad-'));
    folders.push(root);
    mkdirSync(join(root, 'models'));
    writeFileSync(join(root, 'dbt_project.yml'), head);
    writeFileSync(join(root, 'profiles.yml'), target);
    writeFileSync(join(root, 'models/latin.sql'), Buffer.from("select 'caf\xe9'", 'latin1'));
    const { project: read, diagnostics } = await readProject({ projectDir: root, env: {}, macrosDir: '/nonexistent' });
    expect(diagnostics).toMatchObject([
      { message: 'The file is not UTF-8 text.', place: { file: 'models/latin.sql', line: 1, column: 1 } },
    ]);
    expect(read?.files).toEqual([]);
  });

  it.each(['dbt_project.yml', 'profiles.yml', 'packages.yml'])('%s that is not UTF-8 is refused', async (name) => {
    const root = mkdtempSync(join(tmpdir(), 'eider-bad-'));
    folders.push(root);
    writeFileSync(join(root, 'dbt_project.yml'), head);
    writeFileSync(join(root, 'profiles.yml'), target);
    const text = { 'dbt_project.yml': head, 'profiles.yml': target }[name] ?? 'packages: []\n';
    writeFileSync(join(root, name), Buffer.from(`${text}# caf\xe9\n`, 'latin1'));
    const { project: read, diagnostics } = await readProject({ projectDir: root, env: {}, macrosDir: '/nonexistent' });
    expect(diagnostics).toMatchObject([
      { message: 'The file is not UTF-8 text.', place: { file: name, line: 1, column: 1 } },
    ]);
    expect(read === null || name === 'packages.yml').toBe(true);
  });

  it('are reported together, and spare what is sound', async () => {
    const { project: read, diagnostics } = await findings({
      'models/a.yml': 'models:\n  - name: good\n  - nam: bad\n  - name: worse\n    columns: {}\n',
      'models/b.yml': 'models: [',
      'models/c.yml': 'models:\n  - name: fine\n',
    });
    expect(diagnostics.map((d) => `${d.place?.file}:${d.place?.line}`)).toEqual([
      'models/a.yml:3',
      'models/a.yml:5',
      'models/b.yml:1',
    ]);
    expect(read?.properties.flatMap((file) => file.models.map((entry) => entry.get('name')?.value))).toEqual([
      'good',
      'fine',
    ]);
  });

  it('come from dbt_project.yml also where there is no target', async () => {
    const { project: read, diagnostics } = await findings({
      ...project('modelpaths: []\nmodels: {+x: "{{ target.schema }}"}\n'),
      'profiles.yml': '(none)',
    });
    expect(read).toBeNull();
    expect(diagnostics.map((d) => d.code)).toEqual(['profile/not-found', 'project/unknown-key']);
  });

  it('never show a secret', async () => {
    const { diagnostics } = await findings(profile('threads: "{{ env_var(\'DBT_ENV_SECRET_A\') }}"'), {
      DBT_ENV_SECRET_A: 'sesame',
    });
    expect(diagnostics).toHaveLength(1);
    expect(JSON.stringify(diagnostics)).not.toContain('sesame');
  });
});
