import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ask, readWhole, relationsOf } from '../support/duckdb.ts';
import { repository, runEider } from '../support/eider.ts';
import { type ProgramResult, runProgram } from '../support/run-program.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';
import { uncommentSecrets } from '../support/uncomment-secrets.ts';

// `eider init` where nobody sits at a terminal: what it makes builds and tests green as it is, and nothing that was there is touched.

const folders: string[] = [];
afterAll(() => folders.forEach(removeFolder));

/** An empty folder to make projects in, whose home knows no profile. */
function newHome(name = 'init'): { readonly home: string; readonly eider: typeof run } {
  const home = temporaryFolder(name);
  folders.push(home);
  const run = (parameters: readonly string[], cwd = home, env: Record<string, string> = {}): Promise<ProgramResult> =>
    runEider(parameters, { cwd, env: { HOME: home, npm_command: undefined, DBT_PROFILES_DIR: undefined, ...env } });
  return { home, eider: run };
}

function everyFile(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** The files of a template under the names that a project gives them. */
function templateFiles(template: string, name: string): readonly string[] {
  return everyFile(join(repository, 'templates', template))
    .map((path) => path.replaceAll('@name@', name).replace(/\.tmpl$/, ''))
    .map((path) => (path === 'gitignore' ? '.gitignore' : path))
    .sort();
}

const expected = {
  minimal: { nodes: 8, relations: 2, dev: 'main.daily_cost', prod: 'main.daily_cost', rows: 7 },
  lakehouse: { nodes: 42, relations: 13, dev: 'dev_gold.sales_by_day', prod: 'gold.sales_by_day', rows: 7 },
  delta: { nodes: 11, relations: 4, dev: 'main.trips_by_day', prod: 'main.trips_by_day', rows: 5 },
};

describe.each(['minimal', 'lakehouse', 'delta'] as const)('the template %s', (template) => {
  const { home, eider } = newHome();
  const project = join(home, 'corner_shop');
  const facts = expected[template];

  test('is copied whole under the name of the project', async () => {
    const made = await eider(['init', 'corner_shop', '--template', template]);
    expect(made.exitCode, made.stderr).toBe(0);
    expect(made.stderr).toBe('');
    const files = everyFile(project);
    expect(files).toEqual(templateFiles(template, 'corner_shop'));
    expect(made.stdout).toContain(
      `Made corner_shop from the template ${template}: ${files.length} files in ${project}`,
    );
    expect(readdirSync(home)).toEqual(['corner_shop']);
    for (const path of files.filter((file) => !file.endsWith('.parquet')))
      expect(readFileSync(join(project, path), 'utf8'), path).not.toMatch(/@[a-z_]+@/);
  });

  test('says of every part that is there what it is, and what comes next', async () => {
    const made = await eider(['init', 'another', '--template', template]);
    const parts = [...made.stdout.matchAll(/^ {2}(\S+) {2,}\S/gm)].map((match) => match[1] ?? '');
    const shown = new Set(parts.filter((part) => part !== 'eider'));
    const there = readdirSync(join(home, 'another')).filter((name) => name !== '.gitignore');
    expect([...shown].sort()).toEqual(there.sort());
    expect(made.stdout).toContain('  cd another\n  eider build');
    for (const line of made.stdout.split('\n').slice(1)) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  test.each(['dev', 'prod'] as const)('builds and tests green for %s, without a warning', async (target) => {
    for (const command of ['build', 'test']) {
      const ran = await eider([command, '--target', target], project);
      expect(ran.exitCode, ran.stdout + ran.stderr).toBe(0);
      expect(ran.stdout).toMatch(/Done\. PASS=\d+ WARN=0 ERROR=0 SKIP=0 NO-OP=0/);
      expect(ran.stdout + ran.stderr).not.toMatch(/warn(ing)?\b(?!=)|deprecat/i);
      if (command === 'build') expect(ran.stdout).toContain(`TOTAL=${facts.nodes}`);
    }
    const catalog = join(project, 'catalog', `${target}.duckdb`);
    const rows = await readWhole(catalog);
    expect(Object.keys(rows)).toHaveLength(facts.relations);
    expect(rows[facts[target]]).toBe(facts.rows);
    expect(Object.entries(rows).filter(([, count]) => count === 0)).toEqual([]);
  });

  test('the first look that it proposes shows rows', async () => {
    const made = await eider(['init', 'looked_at', '--template', template]);
    const words = / {2}eider (show -s \w+) /.exec(made.stdout)?.[1]?.split(' ') ?? [];
    const shown = await eider([...words, '--quiet'], project);
    expect(shown.exitCode, shown.stdout + shown.stderr).toBe(0);
    expect(shown.stdout).toContain('2026-09-28 | Monday');
  });

  test('keeps what runs make out of git', async () => {
    const git = (...words: readonly string[]) => runProgram(['git', ...words], { cwd: project });
    expect((await git('init', '--quiet')).exitCode).toBe(0);
    const { stdout } = await git('status', '--porcelain', '--untracked-files=all');
    const untracked = stdout
      .trim()
      .split('\n')
      .map((line) => line.slice(3));
    expect(untracked.sort()).toEqual(
      templateFiles(template, 'corner_shop').filter((path) => path !== 'schedule/nightly.env'),
    );
  });

  test('describes every source, model and seed', async () => {
    const listed = await eider(
      [
        'ls',
        '--quiet',
        '--resource-type',
        'model',
        'seed',
        'source',
        '--output',
        'json',
        '--output-keys',
        'name description',
      ],
      project,
    );
    const nodes = listed.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly name: string; readonly description?: string });
    expect(nodes.length).toBeGreaterThan(2);
    expect(nodes.filter(({ description = '' }) => description.length < 10)).toEqual([]);
  });

  test('README names only what is there, and its query answers', async () => {
    const readme = readFileSync(join(project, 'README.md'), 'utf8');
    const paths = [...readme.matchAll(/`((?:landing|models|macros|seeds|schedule|tests)\/[\w./-]*)`/g)].map(
      (match) => match[1] ?? '',
    );
    expect(paths.length).toBeGreaterThan(2);
    for (const path of paths) expect(existsSync(join(project, path)), path).toBe(true);
    const query = /duckdb\.connect\('([^']+)', read_only=True\)\.sql\('([^']+)'\)/.exec(readme);
    expect(await ask(join(project, query?.[1] ?? ''), query?.[2] ?? '')).toHaveLength(facts.rows);
  });
});

test('the tables of the template delta grow by what is landed, once', async () => {
  const { home, eider } = newHome();
  const project = join(home, 'bikes');
  const catalog = join(project, 'catalog/dev.duckdb');
  expect((await eider(['init', 'bikes', '--template', 'delta'])).exitCode).toBe(0);
  for (const command of [['build'], ['land', 'landing.trips', 'landing/incoming/2026-10-03.csv'], ['build']])
    expect((await eider(command, project)).exitCode, command.join(' ')).toBe(0);
  expect(await ask(catalog, 'FROM trips_by_day')).toHaveLength(6);
  expect((await eider(['land', 'landing.trips', 'landing/incoming/2026-10-03.csv'], project)).stdout).toContain(
    'already: nothing to do',
  );
  expect((await eider(['land', 'landing.trips', 'landing/incoming/2026-10-04.csv'], project)).exitCode).toBe(0);
  expect((await eider(['build'], project)).exitCode).toBe(0);
  const counts =
    'SELECT (SELECT count(*) FROM raw_trips) AS raw, (SELECT count(*) FROM trips) AS trips, (SELECT count(*) FROM on_the_way) AS going';
  expect(await ask(catalog, counts)).toEqual([{ raw: 360n, trips: 345n, going: 6n }]);
});

describe('the lakehouse', () => {
  const { home, eider } = newHome('a lake 100%');
  const project = join(home, 'shop');

  test('puts files where its macro says, production apart', async () => {
    expect((await eider(['init', 'shop', '--template', 'lakehouse'])).exitCode).toBe(0);
    const lake = join(home, 'nas');
    for (const target of ['dev', 'prod']) {
      const built = await eider(['--quiet', 'build', '--target', target], project, {
        LAKE_ROOT: `${lake}/`,
        DEV_SCHEMA: 'anna',
      });
      expect(built.stdout + built.stderr).toBe('');
    }
    const layers = readdirSync(lake).filter((name) => name !== '_eider');
    expect(layers.sort()).toEqual(['bronze', 'bronze_anna', 'gold', 'gold_anna', 'silver', 'silver_anna']);
    expect(readdirSync(join(lake, 'silver/order_lines')).sort()).toEqual([
      'order_month=2026-09',
      'order_month=2026-10',
    ]);
    expect(await relationsOf(join(project, 'catalog/dev.duckdb'))).toContain('anna_gold.waiting_orders');
    expect(existsSync(join(project, 'lake'))).toBe(false);
  });

  test('applies corrections: what landed last counts', async () => {
    const [row] = await ask(
      join(project, 'catalog/prod.duckdb'),
      `select count(*)::int as orders, count(*) filter (where is_cancelled)::int as cancelled,
         (select count(distinct order_id)::int from bronze.raw_order_lines) as landed from silver.orders`,
    );
    expect(row).toEqual({ orders: 87, cancelled: 3, landed: 87 });
  });

  test('its cron line builds production in silence, in the environment that cron gives', async () => {
    const lines = readFileSync(join(project, 'schedule/crontab'), 'utf8').split('\n');
    const line = lines.find((text) => text !== '' && !text.startsWith('#')) ?? '';
    const [, when, command = ''] = /^(\S+ \S+ \S+ \S+ \S+) {2}(.*)$/.exec(line) ?? [];
    expect(when).toBe('30 2 * * *');
    // Cron ends a command at a bare % and takes the backslash off an escaped one.
    expect(command).not.toMatch(/(?<!\\)%/);
    writeFileSync(join(project, 'schedule/nightly.env'), 'LAKE_ROOT=nightly_lake\n');
    const ran = await runProgram(
      ['/usr/bin/env', '-i', `HOME=${home}`, 'PATH=/usr/bin:/bin', '/bin/sh', '-c', command.replaceAll('\\%', '%')],
      { cwd: '/' },
    );
    expect({ exitCode: ran.exitCode, said: ran.stdout + ran.stderr }).toEqual({ exitCode: 0, said: '' });
    expect(existsSync(join(project, 'nightly_lake/gold/sales_by_day.parquet'))).toBe(true);
  });

  test('its systemd service names this folder, node and eider by absolute paths', () => {
    const text = readFileSync(join(project, 'schedule/shop-nightly.service'), 'utf8');
    const settings = new Map([...text.matchAll(/^(\w+)=(.*)$/gm)].map((match) => [match[1], match[2]]));
    const escaped = project.replaceAll('%', '%%');
    expect(settings.get('WorkingDirectory')).toBe(escaped);
    expect(settings.get('EnvironmentFile')).toBe(`${escaped}/schedule/nightly.env`);
    expect(settings.get('ExecStart')).toMatch(/^"?\/.*node"? .*\/eider\S* build --target prod$/);
    expect(settings.get('Nice')).toBe('10');
    const timer = readFileSync(join(project, 'schedule/shop-nightly.timer'), 'utf8');
    expect(timer).toMatch(/^OnCalendar=/m);
    expect(timer).toMatch(/^Persistent=true$/m);
    expect(statSync(join(project, 'schedule/nightly.env')).mode & 0o077).toBe(0);
  });

  test('its secrets need nothing but uncommenting', async () => {
    const text = uncommentSecrets(join(project, 'profiles.yml'));
    const env = { DBT_ENV_SECRET_MINIO_KEY: 'the-minio-key', DBT_ENV_SECRET_MINIO_SECRET: 'the-minio-secret' };
    const parsed = await eider(['parse', '--debug'], project, env);
    expect(parsed.exitCode, parsed.stdout + parsed.stderr).toBe(0);
    const without = await eider(['parse'], project);
    expect(without.exitCode).toBe(2);
    expect(without.stdout).toContain('DBT_ENV_SECRET_MINIO_KEY');
    writeFileSync(join(project, 'profiles.yml'), text);
  });
});

describe('init', () => {
  test('takes defaults where nobody can be asked, and does not wait for standard input', async () => {
    const { home, eider } = newHome();
    const made = await eider(['init']);
    expect(made.exitCode, made.stderr).toBe(0);
    expect(everyFile(join(home, 'my_lake'))).toEqual(templateFiles('minimal', 'my_lake'));
    expect(made.stdout).not.toContain('\u001b');
  });

  test('--quiet says nothing', async () => {
    const { eider } = newHome();
    expect(await eider(['init', 'shop', '--quiet'])).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
  });

  test('--log-format json says it in one event', async () => {
    const { home, eider } = newHome();
    const made = await eider(['init', 'shop', '--log-format', 'json']);
    const events = made.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events).toHaveLength(1);
    expect(events[0].info).toMatchObject({ name: 'ProjectCreated', level: 'info' });
    expect(events[0].data).toMatchObject({ project_name: 'shop', template: 'minimal', folder: join(home, 'shop') });
    expect([...events[0].data.files].sort()).toEqual(templateFiles('minimal', 'shop'));
    expect(made.stdout).not.toContain('\\u001b');
  });

  test('says npx where it was started so', async () => {
    const { home, eider } = newHome();
    const made = await eider(['init', 'shop'], home, { npm_command: 'exec' });
    expect(made.stdout).toContain('npx eider build');
    expect(readFileSync(join(home, 'shop/README.md'), 'utf8')).toContain('npx eider build');
  });

  test('--profile takes a profile that is there, and writes none', async () => {
    const { home, eider } = newHome();
    mkdirSync(join(home, '.dbt'));
    const profiles =
      'homelab:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: other.duckdb, external_root: other}\n';
    writeFileSync(join(home, '.dbt/profiles.yml'), profiles);
    const made = await eider(['init', 'shop', '--profile', 'homelab']);
    expect(made.exitCode, made.stderr).toBe(0);
    expect(made.stdout).toContain('the profile "homelab"');
    expect(existsSync(join(home, 'shop/profiles.yml'))).toBe(false);
    expect(made.stdout).not.toContain('  profiles.yml');
    const built = await eider(['build'], join(home, 'shop'));
    expect(built.exitCode, built.stdout).toBe(0);
    expect(existsSync(join(home, 'shop/other/daily_cost.parquet'))).toBe(true);
  });

  test('--skip-profile-setup writes no profile', async () => {
    const { home, eider } = newHome();
    const made = await eider(['init', 'shop', '-s']);
    expect(made.exitCode, made.stderr).toBe(0);
    expect(existsSync(join(home, 'shop/profiles.yml'))).toBe(false);
    expect(readFileSync(join(home, 'shop/dbt_project.yml'), 'utf8')).toContain('profile: shop');
  });

  test.each([
    [['init', 'my-shop'], 'Use letters, digits and underscores: my_shop.'],
    [['init', '9lives'], '_9lives'],
    [['init', 'lakes/shop'], 'lakes_shop'],
    [['init', '.'], '"." cannot be a project\'s name'],
    [['init', 'model'], 'templates use that word for something else'],
    [['init', 'shop', '--template', 'warehouse'], 'Write minimal, lakehouse or delta'],
    [['init', 'shop', '--profile', 'nobody'], 'There is no profiles.yml'],
    [['init', 'file'], 'There is a file file here already.'],
    [['init', 'link'], 'There is a file link here already.'],
    [['init', 'full'], 'There is a folder full here already, with mine.txt in it.'],
  ])('%j is refused, and nothing is made', async (parameters, message) => {
    const { home, eider } = newHome();
    writeFileSync(join(home, 'file'), 'mine');
    mkdirSync(join(home, 'full'));
    writeFileSync(join(home, 'full/mine.txt'), 'mine');
    mkdirSync(join(home, 'elsewhere'));
    symlinkSync('elsewhere', join(home, 'link'));
    const before = readdirSync(home, { recursive: true }).sort();
    const refused = await eider(parameters);
    expect(refused.stderr).toContain(message);
    expect(refused.stderr).not.toMatch(/\n\s+at /);
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(readdirSync(home, { recursive: true }).sort()).toEqual(before);
  });

  test('names a near profile', async () => {
    const { home, eider } = newHome();
    writeFileSync(join(home, 'profiles.yml'), 'homelab: {outputs: {}}\n');
    const refused = await eider(['init', 'shop', '--profile', 'homelap']);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('Did you mean "homelab"?');
  });

  test('in a project it says so, and what to do', async () => {
    const { home, eider } = newHome();
    writeFileSync(join(home, 'dbt_project.yml'), 'name: old\nprofile: homelab\n');
    mkdirSync(join(home, 'models'));
    const lacking = await eider(['init', 'shop'], join(home, 'models'));
    expect(lacking).toMatchObject({ exitCode: 2, stdout: '' });
    expect(lacking.stderr).toContain(`This is a project already: ${join(home, 'dbt_project.yml')}`);
    expect(lacking.stderr).toContain('no profiles.yml for the profile "homelab". Looked for ');
    const sample = /\n\n?( +homelab:[\s\S]*?\n)\n/.exec(lacking.stderr)?.[1] ?? '';
    writeFileSync(join(home, 'profiles.yml'), sample);
    const whole = await eider(['init'], join(home, 'models'));
    expect(whole.exitCode).toBe(2);
    expect(whole.stderr).toContain('Build it as it is: eider build.');
    // The sample that the message gives is a profile that works.
    const parsed = await eider(['parse'], home);
    expect(parsed.exitCode, parsed.stdout).toBe(0);
  });
});
