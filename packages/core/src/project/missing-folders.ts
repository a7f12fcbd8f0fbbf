import { access, readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Diagnostic, warning } from '../diagnostics.ts';
import { didYouMeanHint } from '../near-names.ts';
import type { Located } from './located.ts';

/** The keys that name folders, and dbt's own names for these: git keeps no empty folder, so those may well be missing. */
const usual: Readonly<Record<string, string>> = {
  'model-paths': 'models',
  'seed-paths': 'seeds',
  'test-paths': 'tests',
  'macro-paths': 'macros',
  'analysis-paths': 'analyses',
  'snapshot-paths': 'snapshots',
  'function-paths': 'functions',
};

/** Warnings about folders that dbt_project.yml names and that are not there. dbt passes them over without a word. */
export async function missingFolders(file: Located, root: string): Promise<readonly Diagnostic[]> {
  const named = Object.entries(usual).flatMap(([key, name]) =>
    [...(file.get(key)?.entries() ?? [])]
      .filter(([, one]) => typeof one.value === 'string' && one.value !== name && !one.value.includes('{{'))
      .map(([, one]) => ({ folder: String(one.value), place: one.place })),
  );
  const found = await Promise.all(
    named.map(async ({ folder, place }) => {
      const isThere = await access(resolve(root, folder)).then(
        () => true,
        () => false,
      );
      if (isThere) return [];
      const folders = (await readdir(root, { withFileTypes: true }).catch(() => [])).filter((one) => one.isDirectory());
      const hint = didYouMeanHint(
        folder,
        folders.map((one) => one.name),
      );
      const message = `The folder "${folder}" is not there; nothing is read from it.`;
      return [warning('project/unused-config', message, { place, hint: hint ?? 'Make it, or take it out.' })];
    }),
  );
  return found.flat();
}
