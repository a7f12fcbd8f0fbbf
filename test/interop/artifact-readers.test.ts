import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { repository, runEider } from '../support/eider.ts';
import { readProjectCase } from '../support/project-case.ts';
import { type ProgramResult, runProgram } from '../support/run-program.ts';
import { copyProject, removeFolder } from '../support/temporary-project.ts';
import { prepare } from './compare.ts';
import { findCosmos, findPeers, findReaders } from './peers.ts';

// Programs that people point at a target folder read what eider writes: the parser of artifacts on PyPI, Cosmos, which makes the DAG of it that it makes of
// dbt's, and dbt's own manifest loader, which then finds nothing new, and nothing modified but what calls macros of dbt's library. The other way round eider
// reads dbt's.

const parse = `
import json, sys
from dbt_artifacts_parser import parser
for name in ['manifest', 'run_results', 'catalog', 'sources']:
    with open(f'{sys.argv[1]}/{name}.json') as file:
        print(type(getattr(parser, f'parse_{name}')(json.load(file))).__name__)
`;

const list = `
import json, sys
from dbt.cli.main import dbtRunner
for state in ['new', 'modified', 'unmodified']:
    outcome = dbtRunner().invoke(['ls', '--quiet', '--select', f'state:{state}', '--state', sys.argv[1], '--profiles-dir', '.'])
    print('listed', json.dumps(sorted(outcome.result)) if outcome.success else outcome.exception)
`;

/** The tasks of the DAG of each manifest, with what each waits for. */
const dags = `
import json, pathlib, sys
from datetime import datetime
from cosmos import DbtDag, ProfileConfig, ProjectConfig, RenderConfig
from cosmos.constants import LoadMode
for folder in map(pathlib.Path, sys.argv[1:]):
    dag = DbtDag(
        dag_id='lake', start_date=datetime(2024, 1, 1), schedule=None,
        project_config=ProjectConfig(manifest_path=folder / 'target/manifest.json', project_name='lake', dbt_project_path=folder),
        render_config=RenderConfig(load_method=LoadMode.DBT_MANIFEST),
        profile_config=ProfileConfig(profile_name='lake', target_name='dev', profiles_yml_filepath=folder / 'profiles.yml'),
    )
    print('tasks', json.dumps({task.task_id: sorted(task.upstream_task_ids) for task in dag.tasks}, sort_keys=True))
`;

const parseByDbt = `
from dbt.cli.main import dbtRunner
print(dbtRunner().invoke(['parse', '--quiet', '--profiles-dir', '.']).success)
`;

describe.each(['docs', 'semantic-layer'])('%s', (name) => {
  const peers = findPeers();
  const env = { HOME: peers.home, DBT_SEND_ANONYMOUS_USAGE_STATS: 'false' };
  let [own, other] = ['', ''];
  const eider = (...parameters: readonly string[]): Promise<ProgramResult> =>
    runEider([...parameters, '--profiles-dir', own], { cwd: own, env });

  beforeAll(async () => {
    [own, other] = [0, 1].map(() => copyProject(join(repository, 'test/projects', name))) as [string, string];
    await prepare(peers, own, readProjectCase(own));
    expect((await eider('build')).exitCode).toBe(0);
    expect((await eider('source', 'freshness')).exitCode).toBe(0);
    expect((await eider('docs', 'generate')).exitCode).toBe(0);
  }, 300_000);
  afterAll(() => {
    for (const folder of [own, other]) removeFolder(folder);
  });

  test('dbt-artifacts-parser reads all four', { timeout: 120_000 }, async () => {
    const result = await runProgram([findReaders(), '-c', parse, join(own, 'target')]);
    expect(result.stdout.split('\n').filter(Boolean), result.stderr).toEqual([
      'ManifestV12',
      'RunResultsV6',
      'CatalogV1',
      'SourcesV3',
    ]);
  });

  test('Cosmos makes the same DAG of it as of what dbt writes', { timeout: 600_000 }, async () => {
    const parsed = await runProgram([peers.dbtPython, '-c', parseByDbt], { cwd: other, env });
    expect(parsed.stdout, parsed.stderr).toContain('True');
    const airflow = { ...env, AIRFLOW_HOME: join(other, 'airflow'), AIRFLOW__CORE__LOAD_EXAMPLES: 'False' };
    const result = await runProgram([findCosmos(), '-c', dags, own, other], { cwd: other, env: airflow });
    const tasks = result.stdout
      .split('\n')
      .flatMap((line) => (line.startsWith('tasks ') ? [JSON.parse(line.slice(6))] : []));
    expect(tasks, result.stdout + result.stderr).toHaveLength(2);
    expect(Object.keys(tasks[0] as object).length).toBeGreaterThan(2);
    expect(tasks[0]).toEqual(tasks[1]);
  });

  test('dbt finds its project unmodified against them, and eider against dbt', { timeout: 300_000 }, async () => {
    cpSync(join(own, 'target'), join(other, 'state-of-eider'), { recursive: true });
    const result = await runProgram([peers.dbtPython, '-c', list, 'state-of-eider'], { cwd: other, env });
    const listed = result.stdout.split('\n').flatMap((line) => (line.startsWith('listed ') ? [line.slice(7)] : []));
    const everything = (await eider('ls', '--quiet')).stdout.split('\n').filter(Boolean).sort();
    const [fresh, changed, same] = listed.map((text) => JSON.parse(text) as readonly string[]);
    expect(fresh, result.stdout + result.stderr).toEqual([]);
    // Generic tests call macros of dbt's library, whose texts are other ones here; dbt counts these as modified and as not.
    expect(same).toEqual(everything);
    expect(changed).toEqual(everything.filter((node) => /\.(?:unique|not_null)_/.test(node)));
    const [modified, unmodified] = await Promise.all(
      ['state:modified', 'state:unmodified'].map((state) =>
        eider('ls', '--quiet', '--select', state, '--state', join(other, 'target')),
      ),
    );
    expect(modified?.stdout.trim(), modified?.stderr).toBe('');
    expect(unmodified?.stdout.split('\n').filter(Boolean).sort(), unmodified?.stderr).toEqual(everything);
  });
});
