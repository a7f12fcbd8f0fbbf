import { type Diagnostic, EiderError, pluginName, type Target } from '@eider/core';
import type { ConnectionSetup } from '../../session/open-session.ts';
import { answerTo, askPlugins } from './ask-plugins.ts';
import type { PythonHost } from './ask-program.ts';
import { isOwnPlugin, madePlugin, pluginFailure } from './plugin.ts';

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
  const plugins = own.map(([, plugin]) => madePlugin(plugin, target));
  return await askPlugins(host, target, { mode: 'setup', plugins, options: target.configOptions }, (asked) => {
    const failed: Diagnostic[] = [];
    const made = own.map(([index, plugin], position) => {
      const said = answerTo(asked, position);
      const task = {
        what: `The plugin "${pluginName(plugin)}", a Python module of your own`,
        failing: 'cannot be used',
        plugin,
        place: target.written?.get('plugins')?.get(index)?.place,
        advice: 'eider runs DuckDB itself, beside Python: statements of a plugin without results are taken over.',
      };
      const failure = pluginFailure(task, host, asked, said);
      if (failure !== undefined) failed.push({ ...failure, excerpt: '' });
      const { cursor = [], options = {}, statements = [] } = said ?? {};
      const at = (sql: string): { readonly plugin: number; readonly sql: string } => ({ plugin: index, sql });
      return { options, statements: statements.map(at), perConnection: cursor.map(at) };
    });
    if (failed.length > 0) throw new EiderError(failed);
    return {
      options: Object.assign({}, ...made.map(({ options }) => options)),
      statements: made.flatMap(({ statements }) => statements),
      perConnection: made.flatMap(({ perConnection }) => perConnection),
    };
  });
}
