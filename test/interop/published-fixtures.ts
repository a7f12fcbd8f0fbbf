import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { repository, runEider } from '../support/eider.ts';
import { readProjectCase } from '../support/project-case.ts';
import { copyProject, temporaryFolder } from '../support/temporary-project.ts';
import { prepare } from './compare.ts';
import { findPeers } from './peers.ts';

/** A fixture project that was built, and its catalog. */
export interface PublishedFixture {
  readonly name: string;
  readonly folder: string;
  /** Below the project's folder. */
  readonly catalog: string;
  /** A copy under another name in another folder. */
  readonly renamed: string;
}

export interface PublishedFixtures {
  readonly fixtures: readonly PublishedFixture[];
  /** Where the renamed copies lie: no project's folder. */
  readonly elsewhere: string;
}

/** Builds every fixture project in a copy of its own, two at a time. Throws where one publishes nothing. */
export async function publishFixtures(): Promise<PublishedFixtures> {
  const elsewhere = temporaryFolder('elsewhere');
  const left = readdirSync(join(repository, 'test/projects'));
  const fixtures: PublishedFixture[] = [];
  const work = async (): Promise<void> => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      fixtures.push(await publishFixture(name, elsewhere));
    }
  };
  await Promise.all([work(), work()]);
  return { fixtures, elsewhere };
}

async function publishFixture(name: string, elsewhere: string): Promise<PublishedFixture> {
  const peers = findPeers();
  const folder = copyProject(join(repository, 'test/projects', name));
  const fixture = readProjectCase(folder);
  await prepare(peers, folder, fixture);
  const env = { ...fixture.env, HOME: peers.home, EIDER_PYTHON: peers.dbtPython };
  const catalog = 'catalog/dev.duckdb';
  // The first of its commands that publishes; a fixture may begin with one that has nothing to go by.
  const said: string[] = [];
  for (const command of [...fixture.runs, ['build']]) {
    if (existsSync(join(folder, catalog))) break;
    const { stderr, stdout } = await runEider([...command, '--profiles-dir', folder], { cwd: folder, env });
    said.push(stdout, stderr);
  }
  if (!existsSync(join(folder, catalog))) throw new Error(`${name} published nothing:\n${said.join('')}`);
  const renamed = join(elsewhere, name, 'a new name.duckdb');
  mkdirSync(join(elsewhere, name));
  copyFileSync(join(folder, catalog), renamed);
  return { name, folder, catalog, renamed };
}
