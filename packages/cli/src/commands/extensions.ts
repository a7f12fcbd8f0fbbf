import { resolve } from 'node:path';
import { inspectProject } from '@eider/core';
import type { ExtensionSettings } from '@eider/engine';
import { resolveFlags } from '../flags/resolve-flags.ts';
import { UsageError } from '../flags/usage-error.ts';
import type { CommandAction } from '../invoked.ts';
import { invokedProject } from '../project/invoked-project.ts';
import { createReporter, type Reporter } from '../ui/reporter.ts';
import { createScrubber, secretValues } from '../ui/scrubber.ts';

/**
 * `extensions list|install`: which extensions of DuckDB this machine has, and how it gets those that the target names, with a way to DuckDB's repository or
 * from files. Works without a project too: then for DuckDB's own folder.
 */
export const extensions: CommandAction = async (invoked) => {
  const { commandLine, host, words = [] } = invoked;
  const [name, ...further] = words;
  const flags = resolveFlags({ commandLine, env: host.env, project: {} });
  const options = await invokedProject(flags, host);
  const scrubber = createScrubber(host.env);
  const reporter = createReporter({ flags, host, scrubber, invocationId: host.randomId(), logFolder: null });
  const { target: found } = await inspectProject(options);
  scrubber.add(secretValues(found));
  const target = found ?? { configOptions: {}, extensions: [], settings: {} };
  const isJson = flags.output === 'json';
  if (name === 'list') return await list(target, options.projectDir, { isJson, reporter });
  if (name !== 'install')
    throw new UsageError(
      name === undefined ? 'What of the extensions?' : `There is no command "extensions ${name}".`,
      'Write `eider extensions list` or `eider extensions install`.',
    );
  const names = further.length > 0 ? further : target.extensions.map((one) => one.name);
  if (names.length === 0)
    throw new UsageError(
      'Which extensions?',
      'Name them (`eider extensions install httpfs`), or under `extensions:` of the target.',
    );
  const from = flags.from === undefined ? undefined : resolve(host.cwd, flags.from);
  const { installExtensions } = await import('@eider/engine');
  const installed = await installExtensions(target, options.projectDir, { names, from });
  if (isJson) reporter.result(JSON.stringify(installed, null, 2));
  else for (const { name: one, path, version } of installed) reporter.say(`Installed ${one} ${version}: ${path}`);
  return 0;
};

async function list(
  target: ExtensionSettings,
  folder: string,
  { isJson, reporter }: { readonly isJson: boolean; readonly reporter: Reporter },
): Promise<number> {
  const { listExtensions } = await import('@eider/engine');
  const report = await listExtensions(target, folder);
  if (isJson) {
    reporter.result(JSON.stringify(report, null, 2));
    return 0;
  }
  reporter.say(`DuckDB ${report.duckdb} on ${report.platform} looks for extensions in ${report.folder}`);
  const width = Math.max(...report.extensions.map(({ name }) => name.length));
  for (const { description, name, place, version, wanted } of report.extensions) {
    const state =
      place === null ? (wanted ? 'MISSING' : '-') : place === 'built in' ? 'built in' : (version ?? 'installed');
    reporter.say(`${wanted ? '*' : ' '} ${name.padEnd(width)}  ${state.padEnd(10)}  ${description}`.trimEnd());
  }
  const missing = report.extensions.filter(({ place, wanted }) => wanted && place === null).map(({ name }) => name);
  if (missing.length > 0)
    reporter.say(`The target needs what is missing: eider extensions install ${missing.join(' ')}`);
  return 0;
}
