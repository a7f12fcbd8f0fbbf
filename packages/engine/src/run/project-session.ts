import type { Compiler } from '@eider/core';
import { isOwnPlugin } from '../materialize/python/plugin.ts';
import { pluginSetup } from '../materialize/python/plugin-setup.ts';
import { openSession, type SessionOptions } from '../session/open-session.ts';
import type { Session } from '../session/session.ts';
import { projectPython } from './python-host.ts';

/** Opens DuckDB for a project's own SQL: as `openSession`, and as the user's own plugins want it. Throws EiderError. */
export async function openProjectSession(
  compiler: Compiler,
  options: Omit<SessionOptions, 'folder' | 'plugins'>,
): Promise<Session> {
  const { root, target } = compiler.project;
  if (!target.plugins.some(isOwnPlugin)) return openSession(target, { ...options, folder: root });
  const { onWait = () => undefined, signal } = options;
  const host = projectPython(compiler, { signals: signal === undefined ? [] : [signal], onLine: onWait });
  return openSession(target, { ...options, folder: root, plugins: await pluginSetup(target, host) });
}
