import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createSavedParseCache, type ParseCache } from '@eider/core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readProjectCase } from '../support/project-case.ts';
import { seededRandom } from '../support/random.ts';
import { copyProject, removeFolder } from '../support/temporary-project.ts';
import { type Changeable, editAtRandom } from './edits.ts';
import { outcomeOf } from './outcome.ts';

/**
 * The promise of a parse that is kept whole: after any edit a first command parses what changed, the next one keeps all of it, and the one after that gives
 * from there what a command without anything kept gives. `EIDER_EDITS` and `EIDER_SEED` as in incremental.test.ts.
 */
const projects = join(import.meta.dirname, '..', 'projects');
const edits = Number(process.env.EIDER_EDITS ?? 1);
const seed = Number(process.env.EIDER_SEED ?? 1);
const folders: string[] = [];

// What a file looks like is trusted when it did not change just now: for these tests every edit was long ago.
beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 }));
afterAll(() => {
  vi.useRealTimers();
  folders.forEach(removeFolder);
});

const cacheOf = (): ParseCache => createSavedParseCache({ maker: 'test', isWanted: () => true });

test.each(readdirSync(projects))('%s: what is kept whole is what there is', async (name) => {
  const folder = copyProject(join(projects, name));
  folders.push(folder);
  const { env } = readProjectCase(folder);
  const at: Changeable = { folder, env, vars: {}, flags: {}, target: undefined, startedAt: new Date(0) };
  const random = seededRandom(seed * 1000 + name.length);
  const done: string[] = [];
  for (let step = 0; step <= edits; step++) {
    await outcomeOf(at, cacheOf());
    await outcomeOf(at, cacheOf());
    at.startedAt = new Date(at.startedAt.getTime() + 1001);
    const [found, expected] = [await outcomeOf(at, cacheOf()), await outcomeOf(at)];
    expect(found, done.join('\n')).toStrictEqual(expected);
    expect(JSON.stringify(found), done.join('\n')).toBe(JSON.stringify(expected));
    done.push(editAtRandom(at, random));
  }
});

test('projects of all kinds are kept', () => {
  const kept = folders.filter((folder) => existsSync(join(folder, 'target/whole_parse.eider')));
  expect(kept.length).toBeGreaterThan(folders.length / 2);
});
