import type { DatabasePort } from '../context/database-port.ts';
import { renderText } from '../context/node-context.ts';
import { isMapping } from '../context/plain.ts';
import type { RenderContext } from '../context/render-context.ts';
import type { RenderScope } from '../context/render-scope.ts';
import { runContext, withPlaces } from '../context/run-context.ts';
import { templateError } from '../context/template-error.ts';
import type { WriteOptions } from '../context/write-options.ts';
import { callValue, toStr } from '../jinja/values/index.ts';
import type { ManifestNode } from '../manifest/nodes.ts';
import { placeIn } from '../uri.ts';
import type { Layout } from './layout.ts';
import { layoutOf } from './write-layout.ts';

/**
 * Where and how an external node is written: its `location`, or what the project's macro `external_location` says, and its COPY options, all rendered
 * in the node's context. Relative locations lie below the project's folder. Throws EiderError for what cannot be written.
 */
export function computeLayout(scope: RenderScope, node: ManifestNode, port: DatabasePort | null): Promise<Layout> {
  return withPlaces(scope, node, async () => {
    const context = runContext(scope, { node, port, options: {}, async: true });
    const options = await optionsOf(scope, node, context);
    const location = await locationOf(scope, node, context);
    const layout = layoutOf(node, location, options);
    const place = placeIn(scope.project.root, location);
    return { ...layout, location: layout.delta === undefined ? place : place.replace(/(?<=.)\/+$/, '') };
  });
}

async function locationOf(scope: RenderScope, node: ManifestNode, context: RenderContext): Promise<string> {
  const own = node.config.location;
  const given = own === undefined || own === null ? await callExternalLocation(context) : own;
  const location = toStr(await renderText(scope, context, toStr(given), { async: true, node })).trim();
  if (location !== '') return location;
  throw templateError(
    'config/invalid',
    `The location of ${node.unique_id} is empty.`,
    'Set location, or let the macro external_location return a path for this model.',
  );
}

function callExternalLocation(context: RenderContext): unknown {
  const macro = context.macroNamed('external_location');
  if (macro === undefined) throw templateError('macro/not-found', 'There is no macro external_location.');
  return callValue(macro, [context.get('this'), context.get('config')], null);
}

/** The options in the order given; the legacy keys `format` and `delimiter` of the config count more. */
async function optionsOf(scope: RenderScope, node: ManifestNode, context: RenderContext): Promise<WriteOptions> {
  const given = node.config.options ?? {};
  if (!isMapping(given)) {
    throw templateError(
      'config/invalid',
      'The options argument must be a dictionary',
      "Write options={'partition_by': 'day'}.",
    );
  }
  const options: WriteOptions = new Map();
  for (const [name, value] of Object.entries(given))
    options.set(name.toLowerCase(), await optionValue(scope, node, context, value));
  for (const name of ['format', 'delimiter']) {
    const value = node.config[name];
    if (value) options.set(name, await optionValue(scope, node, context, value));
  }
  return options;
}

async function optionValue(
  scope: RenderScope,
  node: ManifestNode,
  context: RenderContext,
  value: unknown,
): Promise<string> {
  if (Array.isArray(value)) return value.map(toStr).join(',');
  return toStr(await renderText(scope, context, toStr(value), { async: true, node }));
}
