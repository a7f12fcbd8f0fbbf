import type { MacroNode, Manifest } from '@eider/core';
import type { NodeResult } from '@eider/engine';
import { UsageError } from '../flags/usage-error.ts';
import { yamlMapping } from '../flags/yaml-mapping.ts';
import type { CommandAction, Invoked } from '../invoked.ts';
import { queryInterruption } from '../project/interruption.ts';
import { type OpenProject, openProject } from '../project/open-project.ts';
import { reportingFailures } from '../project/reporting-failures.ts';
import { writeRunArtifacts } from '../project/run-artifacts.ts';
import { findingsOf } from '../ui/failure-findings.ts';
import { operationFailed } from '../ui/notes.ts';

/** `run-operation MACRO`: calls a macro in the working database. Nothing is published or dropped; exit code 1 where the macro fails, 2 where there is none. */
export const runOperation: CommandAction = async (invoked) => {
  const { name } = invoked;
  if (name === undefined)
    throw new UsageError('Which macro?', 'Write its name: eider run-operation MACRO, or PACKAGE.MACRO.');
  const open = await openProject(invoked);
  return await reportingFailures(open, () => callMacro(open, invoked, name));
};

async function callMacro(open: OpenProject, invoked: Invoked, name: string): Promise<number> {
  const { compiler, eiderVersion, flags, manifest, reporter } = open;
  const { host } = invoked;
  const args = yamlMapping(flags.args, '--args');
  const startedAt = host.now();
  const { runOperation: call } = await import('@eider/engine');
  const interrupting = queryInterruption(host, reporter);
  host.enter(open.project.root);
  let found: NodeResult['diagnostics'] = [];
  try {
    const { signal } = interrupting;
    await call({ compiler, macro: name, args, eiderVersion, signal, onWait: (message) => reporter.warn(message) });
  } catch (failure) {
    const findings = findingsOf(failure);
    if (findings === null) throw failure;
    found = findings;
  } finally {
    interrupting.end();
  }
  const macro = macroOf(manifest, name);
  if (macro === undefined) {
    open.findings(found);
    return 2;
  }
  const elapsedMs = host.now().getTime() - startedAt.getTime();
  await writeRunArtifacts(open, invoked, {
    results: [operationResult(macro, found, startedAt, elapsedMs)],
    ephemeral: {},
    elapsedMs,
  });
  if (found.length === 0) return 0;
  reporter.line(operationFailed(found[0]?.message ?? ''));
  open.findings(found);
  return interrupting.exitCode() ?? 1;
}

/** The macro that a name means: of the package that it names, else of the project, of the package that was read last, of dbt. */
function macroOf({ macros, metadata }: Manifest, name: string): MacroNode | undefined {
  const [first = '', ...rest] = name.split('.');
  if (rest.length > 0) return macros[`macro.${first}.${rest.join('.')}`];
  const rank = ({ package_name: of }: MacroNode): number =>
    of === metadata.project_name ? 0 : /^dbt(_duckdb)?$/.test(of) ? 2 : 1;
  return Object.values(macros)
    .reverse()
    .filter((macro) => macro.name === name)
    .sort((a, b) => rank(a) - rank(b))[0];
}

function operationResult(
  { unique_id: node }: MacroNode,
  diagnostics: NodeResult['diagnostics'],
  startedAt: Date,
  executeMs: number,
): NodeResult {
  const isGood = diagnostics.length === 0;
  return {
    ...{ node, status: isGood ? 'success' : 'error', message: '', failures: isGood ? 0 : 1, rows: null },
    ...{ location: null, relationName: null, thread: 'MainThread', diagnostics, compileMs: 0, executeMs },
    startedAt: startedAt.toISOString(),
  };
}
