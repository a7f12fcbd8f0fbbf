import { join } from 'node:path';
import { EiderError, error, isExternal, type ManifestNode } from '@eider/core';
import { generationQuery } from '../materialize/generation-query.ts';
import type { MaterializeContext } from '../materialize/materialization.ts';
import { type PythonInput, type PythonRows, runPythonModel } from '../materialize/python/python-model.ts';
import { relationName } from '../session/relation.ts';
import { pythonHost } from './python-host.ts';
import { type RunContext, standing } from './run-context.ts';

/** What Python models may be materialized as. */
const materializations: ReadonlySet<string> = new Set(['external', 'incremental', 'table']);

/**
 * A node's context with the rows of its Python model in the place of its SQL, and how to be rid of them. `isIncremental`: what a batch is, where the macro
 * `is_incremental` is not to be asked. Throws EiderError.
 */
export async function withPythonRows(
  run: RunContext,
  context: MaterializeContext,
  isIncremental?: boolean,
): Promise<{ readonly context: MaterializeContext; release(): Promise<void> }> {
  const { release, sql } = await pythonRows(run, context, isIncremental);
  return {
    context: { ...context, compiled: { id: context.node.unique_id, sql, segments: [], diagnostics: [] } },
    release,
  };
}

async function pythonRows(
  run: RunContext,
  context: MaterializeContext,
  isIncremental: boolean | undefined,
): Promise<PythonRows> {
  const { compiler, node, port } = context;
  const { project } = compiler;
  const refused = refusal(context);
  if (refused !== undefined) throw refused;
  const root = project.packages.find(({ name }) => name === node.package_name)?.root ?? project.root;
  const model = {
    file: join(root, node.original_file_path),
    inputs: await inputsOf(run, context),
    isIncremental: isIncremental ?? (await compiler.call('is_incremental', {}, port, node.unique_id)) === true,
    settings: settingsOf(run),
  };
  return await runPythonModel(context, model, pythonHost(run, node.unique_id));
}

function refusal({ compiler, node }: MaterializeContext): EiderError | undefined {
  const { materialized } = node.config;
  if (materializations.has(materialized)) return undefined;
  const hint = 'Use `table`, `external` or `incremental`.';
  const place = compiler.placeOf(node.unique_id, 'materialized');
  const message = `A Python model cannot be materialized as "${materialized}".`;
  return new EiderError([error('engine/unsupported', message, { hint, place })]);
}

/** Settings of the profile that are no secrets: the time zone of dates, limits of memory and threads. */
function settingsOf({ session }: RunContext): Readonly<Record<string, string>> {
  const plain = Object.entries(session.target.settings).filter(
    ([key, value]) =>
      !/secret|token|password|key|^s3_|^azure_/i.test(key) &&
      ['string', 'number', 'boolean', 'bigint'].includes(typeof value),
  );
  return Object.fromEntries(plain.map(([key, value]) => [key, String(value)]));
}

async function inputsOf(
  run: RunContext,
  { compiler, node, port }: MaterializeContext,
): Promise<readonly PythonInput[]> {
  const render = (text: string): Promise<string> => compiler.render(node.unique_id, `{{ ${text} }}`, port);
  const inputs: PythonInput[] = [];
  for (const { name, package: owner, version } of node.refs) {
    const written = [owner, name].filter((part) => part !== null && part !== undefined);
    const args = written.map((part) => `'${part}'`).join(', ');
    const relation = await render(`ref(${args}${version == null ? '' : `, v='${version}'`}).render()`);
    const parent = parentOf(compiler.manifest.nodes, node, name, version);
    if (parent?.config.materialized === 'ephemeral') throw ephemeral(compiler.placeOf(node.unique_id), node, parent);
    const key = [...written, ...(version == null ? [] : [`v${version}`])].join('.');
    inputs.push({ kind: 'ref', keys: [key], relation, query: await filesOf(run, parent, relation) });
  }
  for (const [source, table] of node.sources)
    inputs.push({
      kind: 'source',
      keys: [`${source}.${table}`],
      relation: await render(`source('${source}', '${table}').render()`),
      query: undefined,
    });
  const own = /\bthis\b/.test(node.raw_code) ? await port.relation(relationName(node)) : null;
  if (own !== null) inputs.push({ kind: 'ref', keys: [], relation: await render('this.render()'), query: undefined });
  return inputs;
}

function parentOf(
  nodes: Readonly<Record<string, ManifestNode>>,
  { depends_on }: ManifestNode,
  name: string,
  version: string | number | null | undefined,
): ManifestNode | undefined {
  const named = depends_on.nodes.flatMap((id) => (nodes[id]?.name === name ? [nodes[id]] : []));
  const versioned = named.find((one) => 'version' in one && version != null && String(one.version) === String(version));
  return versioned ?? named[0];
}

/** The query over the files of an external parent, where they are on this machine. */
async function filesOf(
  run: RunContext,
  parent: ManifestNode | undefined,
  relation: string,
): Promise<string | undefined> {
  if (parent === undefined || !isExternal(parent) || parent.relation_name !== relation) return undefined;
  const id = parent.unique_id;
  const generation = run.built.get(id)?.materialized.generation ?? (await standing(run, id));
  if (generation?.kind !== 'files' || generation.files.some(({ path }) => path.includes('://'))) return undefined;
  return generationQuery(generation);
}

function ephemeral(
  place: ReturnType<MaterializeContext['compiler']['placeOf']>,
  node: ManifestNode,
  parent: ManifestNode,
): EiderError {
  const text = `The Python model ${node.name} reads ${parent.name}, which is ephemeral: there is no relation of it.`;
  return new EiderError([
    error('engine/unsupported', text, {
      place,
      hint: `Give ${parent.name} another materialization, \`view\` for one.`,
    }),
  ]);
}
