import type { NodeResult } from '@eider/engine';
import type { OpenProject } from './open-project.ts';

/** dbt's number of rows. */
const rows = 10;

/** `seed --show`: rows of each seed that was loaded, drawn at random, under dbt's heading. What was withheld is read as readers see it. */
export async function showSeeds(open: OpenProject, results: readonly NodeResult[]): Promise<void> {
  const { compiler, eiderVersion, manifest, reporter } = open;
  const seeds = results.flatMap(({ node, status }) => {
    const seed = manifest.nodes[node];
    return seed?.resource_type === 'seed' && status === 'success' ? [seed] : [];
  });
  if (seeds.length === 0) return;
  const [{ openCompileSession, previewInline }, { previewColumns, previewTable }] = await Promise.all([
    import('@eider/engine'),
    import('../ui/preview-table.ts'),
  ]);
  const session = openCompileSession(compiler, eiderVersion, {});
  try {
    for (const { alias, name, package_name: owner, schema } of seeds) {
      const sql = `select * from {{ ref('${owner}', '${name}') }} order by random() limit ${rows}`;
      const table = await previewInline({ compiler, session, limit: null }, sql);
      const header = `Random sample of table: ${schema}.${alias}`;
      const columns = previewColumns(table);
      const { text } = previewTable(columns, null, columns.length);
      const lines = `\n${header}\n${'-'.repeat(header.length)}\n${text}\n`;
      reporter.line({ level: 'info', name: 'SeedHeader', code: 'Q004', text: lines, data: { header }, plain: true });
    }
  } finally {
    await session.close();
  }
}
