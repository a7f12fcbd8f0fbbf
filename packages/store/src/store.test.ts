import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, it } from 'vitest';
import { testStore } from './contract.ts';
import { createLocalStore } from './local.ts';
import { createMemoryStore } from './memory.ts';

const folders: string[] = [];

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'eider-store-'));
  folders.push(made);
  return made;
}

afterAll(async () => {
  await Promise.all(folders.map((path) => rm(path, { recursive: true, force: true })));
});

describe.each([
  ['memory', () => createMemoryStore()],
  ['local', async () => createLocalStore(join(await folder(), 'not', 'there', 'yet'))],
  ['local without links', async () => createLocalStore(await folder(), { links: false })],
] as const)('a store: %s', (_, make) => {
  it.each(testStore(make))('$name', ({ run }) => run());
});
