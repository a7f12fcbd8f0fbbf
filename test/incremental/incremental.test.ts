import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createParseCache, createSavedParseCache } from '@eider/core';
import { afterAll, expect, test } from 'vitest';
import { readProjectCase } from '../support/project-case.ts';
import { seededRandom } from '../support/random.ts';
import { copyProject, removeFolder } from '../support/temporary-project.ts';
import { type Changeable, editAtRandom } from './edits.ts';
import { outcomeOf } from './outcome.ts';

/**
 * The promise of the parse cache: whatever a person does between two calls, the result with the cache is the result without it. `EIDER_EDITS` says how
 * many edits to try on each project, `EIDER_SEED` where the choices begin.
 */
const projects = join(import.meta.dirname, '..', 'projects');
const edits = Number(process.env.EIDER_EDITS ?? 6);
const seed = Number(process.env.EIDER_SEED ?? 1);
const folders: string[] = [];

afterAll(() => folders.forEach(removeFolder));

function surroundings(name: string): Changeable {
  const folder = copyProject(join(projects, name));
  folders.push(folder);
  const { env } = readProjectCase(folder);
  return { folder, env, vars: {}, flags: {}, target: undefined, startedAt: new Date(0) };
}

test.each(readdirSync(projects))('%s: edits give the same with a cache and without', async (name) => {
  const at = surroundings(name);
  const random = seededRandom(seed * 1000 + name.length);
  const cache = createParseCache();
  const done: string[] = [];
  for (let step = 0; step <= edits; step++) {
    at.startedAt = new Date(Date.UTC(2026, 0, 1) + step * 1000);
    const saved = createSavedParseCache({ maker: 'test', isWanted: () => true });
    const expected = await outcomeOf(at);
    const outcomes = { 'kept in mind': await outcomeOf(at, cache), 'kept on disk': await outcomeOf(at, saved) };
    for (const [how, outcome] of Object.entries(outcomes)) {
      expect(outcome, `${how}:\n${done.join('\n')}`).toStrictEqual(expected);
      // The order of keys is part of it: nodes are listed and run in it.
      expect(JSON.stringify(outcome), `${how}:\n${done.join('\n')}`).toBe(JSON.stringify(expected));
    }
    done.push(editAtRandom(at, random));
  }
});
