import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Target } from '@eider/core';
import { type Answer, type Asked, askProgram, type PythonHost } from './ask-program.ts';
import { builtInPlugins } from './built-in-plugins.ts';
import { dbtModules } from './dbt-modules.ts';
import { pluginProgram } from './plugin-program.ts';

/** Has plugins do a piece of work in a process of its own, and gives what `use` makes of what came of it: the rows of a result are there until it ends. */
export async function askPlugins<T>(
  host: PythonHost,
  target: Target,
  work: { readonly mode: 'load' | 'setup' | 'store' } & Readonly<Record<string, unknown>>,
  use: (asked: Asked) => Promise<T> | T,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'eider-plugin-'));
  try {
    const modules = { ...dbtModules, ...builtInPlugins };
    const request = { ...work, modules, credentials: { ...target.raw, secrets: target.secrets } };
    return await use(await askProgram(host, folder, { program: pluginProgram, request }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What was said of one of several tasks; of the whole, where the program failed as a whole. */
export function answerTo({ answer }: Asked, index: number): Answer | undefined {
  return answer?.results === undefined ? answer : answer.results[index];
}
