import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Diagnostic, EiderError, type Target } from '@eider/core';
import type { ConnectionSetup } from '../../session/open-session.ts';
import { askProgram, type PythonHost } from './ask-program.ts';
import { isOwnPlugin, madePlugin, pluginFailure, pluginName, pluginRequest } from './plugin.ts';
import { pluginProgram } from './plugin-program.ts';

const asked = new WeakMap<Target, Promise<ConnectionSetup>>();

/**
 * What the user's own plugins want of the database and of each connection (`update_connection_config`, `configure_connection`, `configure_cursor`): they are
 * asked in a process of Python, once a target, and what they execute is kept as statements. Throws EiderError for what only
 * Python's own connection can do, such as functions in Python.
 */
export function pluginSetup(target: Target, host: PythonHost): Promise<ConnectionSetup> {
  const known = asked.get(target) ?? ask(target, host);
  asked.set(target, known);
  return known;
}

async function ask(target: Target, host: PythonHost): Promise<ConnectionSetup> {
  const own = [...target.plugins.entries()].filter(([, plugin]) => isOwnPlugin(plugin));
  const folder = await mkdtemp(join(tmpdir(), 'eider-plugin-'));
  try {
    const plugins = own.map(([, plugin]) => madePlugin(plugin, target));
    const request = { mode: 'setup', ...pluginRequest(target), plugins, options: target.configOptions };
    const { answer, end } = await askProgram(host, folder, { program: pluginProgram, request });
    const failed: Diagnostic[] = [];
    const made = own.map(([index, plugin], position) => {
      const told = answer?.results === undefined ? answer : answer.results[position];
      if (end.kind !== 'ended' || told === undefined || told.error !== undefined) {
        const place = target.written?.get('plugins')?.get(index)?.place;
        const what = `The plugin "${pluginName(plugin)}", a Python module of your own`;
        const advice =
          'eider runs DuckDB itself, beside Python: statements of a plugin without results are taken over.';
        const task = { what, failing: 'cannot be used', plugin, place, advice };
        failed.push({ ...pluginFailure(task, host, end.kind, told), excerpt: '' });
      }
      const { cursor = [], options = {}, statements = [] } = told ?? {};
      const at = (sql: string): { readonly plugin: number; readonly sql: string } => ({ plugin: index, sql });
      return { options, statements: statements.map(at), perConnection: cursor.map(at) };
    });
    if (failed.length > 0) throw new EiderError(failed);
    return {
      options: Object.assign({}, ...made.map(({ options }) => options)),
      statements: made.flatMap(({ statements }) => statements),
      perConnection: made.flatMap(({ perConnection }) => perConnection),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
