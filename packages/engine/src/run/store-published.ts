import { relative } from 'node:path';
import {
  type Compiler,
  type Diagnostic,
  EiderError,
  error,
  findPlugin,
  isExternal,
  type ManifestNode,
  type PluginEntry,
  pluginName,
} from '@eider/core';
import type { FilesGeneration } from '../lake/generation.ts';
import type { Head } from '../lake/lake.ts';
import { canPlugin } from '../materialize/python/plugin.ts';
import { type PluginTarget, storeByPlugins } from '../materialize/python/plugin-store.ts';
import { isRemote } from '../session/place.ts';
import type { RunEvent } from './events.ts';
import { projectPython } from './python-host.ts';

export interface StoreRequest {
  readonly compiler: Compiler;
  readonly onEvent: (event: RunEvent) => void;
  readonly signal?: AbortSignal | undefined;
}

/** The name of the plugin that a model is to be given to, once it is committed. */
function pluginOf(node: ManifestNode): string | undefined {
  const { plugin } = node.config;
  return node.resource_type === 'model' && isExternal(node) && plugin != null ? String(plugin) : undefined;
}

/** Whether any model is given to a plugin. */
export function storesAny({ manifest }: Pick<Compiler, 'manifest'>): boolean {
  return Object.values(manifest.nodes).some((node) => pluginOf(node) !== undefined);
}

/** Refuses a model whose plugin cannot be given anything, before it is built. Throws EiderError. */
export function checkStore(compiler: Compiler, node: ManifestNode): void {
  const name = pluginOf(node);
  if (name === undefined) return;
  const { target } = compiler.project;
  const place = compiler.placeOf(node.unique_id, 'plugin');
  const refuse = (message: string, hint: string): EiderError =>
    new EiderError([error('engine/unsupported', message, { place, hint })]);
  const plugin = findPlugin(target, name);
  if (plugin === undefined) {
    const known = target.plugins.map(pluginName).join(', ');
    throw refuse(
      `The model ${node.name} asks for the plugin "${name}", which the target ${target.targetName} does not have.`,
      known === '' ? 'Name it under `plugins:` of the target in profiles.yml.' : `It has: ${known}.`,
    );
  }
  if (!canPlugin(plugin, 'store'))
    throw refuse(
      `eider does not store models by the plugin "${plugin.module}" (${node.name}).`,
      'Leave `plugin` out, and register what was built by a hook of `publish.on_publish`.',
    );
  if (node.config.alias_location === false)
    throw refuse(
      `The model ${node.name} has no files at its location (\`alias_location: false\`), which the plugin "${name}" would read.`,
      'Leave `alias_location` or `plugin` out.',
    );
}

/**
 * Gives the models of a committed state to their plugins that were committed behind the entry `since`: as dbt-duckdb does, but of what everybody sees. Gives
 * what went wrong by unique id; null where the process was stopped before its end.
 */
export async function storePublished(
  { compiler, onEvent, signal }: StoreRequest,
  { entry, generation }: Head,
  since: number,
): Promise<ReadonlyMap<string, Diagnostic> | null> {
  const due: PluginTarget[] = [];
  for (const [id, line] of Object.entries(entry.nodes)) {
    const node = compiler.manifest.nodes[id];
    const plugin = node && findPlugin(compiler.project.target, pluginOf(node) ?? '');
    if (node === undefined || plugin === undefined || line.since <= since) continue;
    const found = await generation(id);
    const target = found?.kind === 'files' ? targetOf(compiler, node, found, plugin) : undefined;
    if (target !== undefined) due.push(target);
  }
  if (due.length === 0) return new Map();
  const python = projectPython(compiler, {
    signals: signal === undefined ? [] : [signal],
    onLine: (message) => onEvent({ kind: 'log', message, info: true, node: null }),
  });
  const failed = await storeByPlugins(due, compiler.project.target, python);
  for (const { id, label, plugin } of failed === null ? [] : due)
    if (!failed?.has(id))
      onEvent({ kind: 'log', message: `Stored ${label} by the plugin ${pluginName(plugin)}`, info: true, node: id });
  return failed;
}

function targetOf(
  compiler: Compiler,
  node: ManifestNode,
  { columns, delta, format, location, relation }: FilesGeneration,
  plugin: PluginEntry,
): PluginTarget | undefined {
  if (location === null) return undefined;
  const { root } = compiler.project;
  const inside = isRemote(location) ? location : relative(root, location);
  return {
    ...{ id: node.unique_id, label: node.name, plugin, relation },
    place: compiler.placeOf(node.unique_id, 'plugin'),
    columns: columns.map(({ name, type }) => [name, type]),
    config: node.config,
    location: { path: inside.startsWith('..') ? location : inside, format: delta === undefined ? format : 'delta' },
  };
}
