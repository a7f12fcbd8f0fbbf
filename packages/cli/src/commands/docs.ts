import { join } from 'node:path';
import { type CatalogRelation, resourceTypesOf, writeCatalog } from '@eider/core';
import { UsageError } from '../flags/usage-error.ts';
import type { CommandAction, Invoked } from '../invoked.ts';
import { chooseNodes } from '../project/choose-nodes.ts';
import { compileNodes } from '../project/compile-nodes.ts';
import { withIntrospection } from '../project/introspection.ts';
import { type OpenProject, openProject } from '../project/open-project.ts';
import { reportingFailures } from '../project/reporting-failures.ts';
import { writeJson } from '../project/write-json.ts';

/** `docs generate`: manifest.json, run_results.json and catalog.json, which say what the project holds and what of it is there. */
export const docs: CommandAction = async (invoked) => {
  refuseOthers(invoked);
  const open = await openProject(invoked);
  return reportingFailures(open, () => generate(open, invoked));
};

function refuseOthers({ commandLine, name }: Invoked): void {
  const site = "dbt's own reads what `eider docs generate` writes: `dbt docs serve` in the same folder shows it.";
  if (name === 'serve') throw new UsageError('eider has no documentation site yet.', site);
  if (commandLine.static === true) throw new UsageError('--static: eider has no documentation site yet.', site);
  if (name === 'generate') return;
  throw new UsageError(
    name === undefined ? 'What of the documentation?' : `There is no command "docs ${name}".`,
    'Write `eider docs generate`.',
  );
}

async function generate(open: OpenProject, invoked: Invoked): Promise<number> {
  const { compiler, eiderVersion, flags, project, reporter, targetFolder } = open;
  const types = resourceTypesOf('compile', flags.resourceTypes, flags.excludeResourceTypes);
  const { ids } = await chooseNodes(open, [...types, 'source'], true);
  invoked.host.enter(project.root);
  if (flags.compile && !(await compiles(open, invoked, ids))) {
    const text = 'compile failed, cannot generate docs';
    reporter.line({ level: 'info', name: 'CannotGenerateDocs', code: 'E043', text, data: {} });
    return 2;
  }
  let relations: readonly CatalogRelation[] = [];
  if (!flags.emptyCatalog) {
    reporter.line({ level: 'info', name: 'BuildingCatalog', code: 'E044', text: 'Building catalog', data: {} });
    const { catalogRelations } = await import('@eider/engine');
    const wanted = new Set(ids);
    relations = (await catalogRelations(compiler, eiderVersion)).filter(({ id }) => wanted.has(id));
  }
  await writeJson(targetFolder, 'catalog.json', writeCatalog(relations, open.invocation()));
  const path = join(targetFolder, 'catalog.json');
  const text = `Catalog written to ${path}`;
  reporter.line({ level: 'info', name: 'CatalogWritten', code: 'E042', text, data: { path } });
  return 0;
}

async function compiles(open: OpenProject, invoked: Invoked, ids: readonly string[]): Promise<boolean> {
  const { nodes: known } = open.manifest;
  const nodes = ids.filter((id) => known[id] !== undefined);
  const results = await withIntrospection(open, (port) => compileNodes(open, invoked, nodes, port));
  return results.every(({ status }) => status !== 'error');
}
