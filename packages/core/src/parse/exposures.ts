import { noMacros } from '../context/macro-library.ts';
import { isMapping } from '../context/plain.ts';
import { refArguments, sourceArguments } from '../context/ref-calls.ts';
import { RenderContext } from '../context/render-context.ts';
import { templateDiagnostics } from '../context/template-diagnostics.ts';
import { rawFunction } from '../jinja/values/index.ts';
import type { ExposureNode } from '../manifest/nodes.ts';
import type { Located } from '../project/located.ts';
import type { PropertyFile } from '../project/project.ts';
import type { ParseState } from './parse-state.ts';
import { listOf, recordOf, tagsOf, textOf } from './read-values.ts';
import { addLeaf } from './semantics/new-semantic-node.ts';

/** Parses the exposures of a property file. */
export function parseExposures(state: ParseState, file: PropertyFile): void {
  const renderer = state.rendererFor(file.file.packageName);
  for (const entry of file.exposures) {
    const data = renderer.entry('exposures', entry);
    const node = exposureNode(state, file, data);
    readDependencies(state, node, entry);
    addLeaf(state, node, entry);
  }
}

function exposureNode(state: ParseState, file: PropertyFile, data: Readonly<Record<string, unknown>>): ExposureNode {
  const { packageName, path, relativePath } = file.file;
  const name = textOf(data.name);
  const fqn = [packageName, ...relativePath.split('/').slice(0, -1), name];
  const patch = { ...recordOf(data.config) };
  const { config, unrendered } = state.configs.assemble({ type: 'exposure', fqn, packageName, calls: {}, patch });
  const text = (key: string): string | null => (typeof data[key] === 'string' ? (data[key] as string) : null);
  const tags = [...new Set([...tagsOf(data.tags), ...config.tags])].sort();
  // Of exposures dbt takes `meta` at the top of its tree without the `+` too.
  const owner = state.scope.project.packages.find((one) => one.name === packageName);
  const shared = recordOf(owner?.configs.exposures?.get('meta')?.value);
  // What is no mapping is refused as it is.
  const meta = isMapping(config.meta) ? { ...shared, ...recordOf(data.meta), ...config.meta } : config.meta;
  return {
    name,
    resource_type: 'exposure',
    package_name: packageName,
    path: relativePath,
    original_file_path: path,
    unique_id: `exposure.${packageName}.${name}`,
    fqn,
    type: textOf(data.type),
    owner: { email: null, name: null, ...recordOf(data.owner) },
    description: textOf(data.description),
    label: text('label'),
    maturity: text('maturity'),
    meta,
    tags,
    config: { ...config, tags, meta },
    unrendered_config: unrendered,
    url: text('url'),
    depends_on: { macros: [], nodes: [] },
    refs: [],
    sources: [],
    metrics: [],
    created_at: state.scope.startedAt.getTime() / 1000,
  };
}

/** Each line of `depends_on` is a call: `ref('orders')`, `source('raw', 'orders')`; a macro named `ref` of the project's own is not called. */
function readDependencies(state: ParseState, node: ExposureNode, entry: Located): void {
  const { scope } = state;
  const ref = rawFunction('ref', (args, kwargs) => {
    node.refs.push(refArguments(args, kwargs));
    return '';
  });
  const source = rawFunction('source', (args) => {
    node.sources.push(sourceArguments(args));
    return '';
  });
  const metric = rawFunction('metric', (args) => {
    node.metrics.push(args.map(String));
    return '';
  });
  const options = { macros: noMacros, packageName: node.package_name, async: false };
  const context = new RenderContext(() => [{ ref: () => ref, source: () => source, metric: () => metric }], options);
  listOf(recordOf(entry.value).depends_on).forEach((line, index) => {
    const place = entry.get('depends_on', index)?.place ?? entry.place;
    try {
      scope.environment
        .template(`{{ ${String(line)} }}`, place.file, { firstLine: place.line, firstColumn: place.column })
        .render(context);
    } catch (failure) {
      state.diagnostics.push(...templateDiagnostics(failure, node.unique_id, place));
    }
  });
  state.calls.set(node.unique_id, () => ({ place: entry.at('depends_on') }));
}
