import type { Compiler } from '@eider/core';
import type { PythonHost } from '../materialize/python/ask-program.ts';
import type { RunContext } from './run-context.ts';

/** Runs programs of Python for a project: by EIDER_PYTHON, `python` of the target, or the `python3` of the PATH. */
export function projectPython(
  { project: { env, root, target } }: Compiler,
  heard: Pick<PythonHost, 'signals' | 'onLine'>,
): PythonHost {
  const python = env.EIDER_PYTHON || target.python || 'python3';
  return { python, folder: root, modulePaths: target.modulePaths ?? [], ...heard };
}

/** Runs what Python does for a node or source. What it prints is told as the node's. */
export function pythonHost({ compiler, failFast, request }: RunContext, id: string): PythonHost {
  return projectPython(compiler, {
    signals: request.signal === undefined ? [failFast] : [failFast, request.signal],
    onLine: (message) => request.onEvent({ kind: 'log', message, info: true, node: id }),
  });
}
