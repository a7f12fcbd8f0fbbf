import type { RenderContext } from '../context/render-context.ts';
import { templateDiagnostics } from '../context/template-diagnostics.ts';
import { templateError } from '../context/template-error.ts';
import { packageVars } from '../context/vars.ts';
import { yamlContext } from '../context/yaml-context.ts';
import { type Diagnostic, error, type Place } from '../diagnostics.ts';
import { rawFunction, toStr } from '../jinja/values/index.ts';
import { leafNodes } from '../manifest/leaf-nodes.ts';
import type { ColumnInfo, DocBlock } from '../manifest/nodes.ts';
import { didYouMeanHint } from '../near-names.ts';
import { displayPath } from '../project/display-path.ts';
import type { SourceFile } from '../project/project.ts';
import { hasJinja } from '../project/shape.ts';
import { docsBlocks, type NamedBlock } from './named-blocks.ts';
import type { ParseState } from './parse-state.ts';
import type { Patch } from './patches.ts';

/** Reads the docs blocks of a Markdown file. */
export function parseDocsFile(state: ParseState, file: SourceFile): void {
  const shown = displayPath(state.scope.project.root, file.fullPath);
  const { blocks, diagnostics } = docsBlocks(file.text, shown);
  state.diagnostics.push(...diagnostics);
  for (const block of blocks) {
    const doc: DocBlock = {
      name: block.name,
      resource_type: 'doc',
      package_name: file.packageName,
      path: file.relativePath,
      original_file_path: file.path,
      unique_id: `doc.${file.packageName}.${block.name}`,
      block_contents: blockContents(state, block),
    };
    const { docs } = state.scope.manifest;
    const twin = docs[doc.unique_id];
    if (twin !== undefined) state.diagnostics.push(twice(twin, block.source.origin));
    docs[doc.unique_id] = doc;
  }
}

function twice(twin: DocBlock, place: Place): Diagnostic {
  const { name, original_file_path: file, package_name: owner } = twin;
  const message = `The package ${owner} has two docs blocks named "${name}"; the other one is in ${file}.`;
  return error('project/duplicate', message, { place, hint: 'Rename or delete one of them.' });
}

/** The text of a block, rendered without a name that it could know, as dbt does: `{% raw %}` goes, a sum is worked out. */
function blockContents(state: ParseState, { name, source: { code, origin } }: NamedBlock): string {
  if (!hasJinja(code)) return code;
  const { file, line, column } = origin;
  try {
    const template = state.scope.environment.template(code, file, { firstLine: line, firstColumn: column });
    return template.render({ get: () => undefined }).trim();
  } catch (failure) {
    state.diagnostics.push(...templateDiagnostics(failure, `doc.${name}`, origin));
    return code;
  }
}

interface Described {
  unique_id: string;
  package_name: string;
  description: string | null;
  source_description?: string;
  doc_blocks?: string[];
  columns?: Record<string, ColumnInfo>;
  /** Of semantic models. */
  dimensions?: { description: string | null }[];
  entities?: { description: string | null }[];
  measures?: { description: string | null }[];
  /** Of macros; dbt leaves those of functions as they are. */
  arguments?: { description: string | null }[];
}

interface RenderedText {
  readonly text: string;
  /** The docs blocks that it took. */
  readonly blocks: string[];
}

type RenderDescription = (record: Described, text: string) => RenderedText;

/** Renders descriptions, once all docs blocks are known: `{{ doc('name') }}` becomes the block's text. As in dbt, those of what is disabled stay as they are written. */
export function renderDescriptions(state: ParseState): void {
  const { nodes, sources, macros } = state.scope.manifest;
  const render = descriptionRenderer(state);
  const groups = [nodes, sources, macros] as readonly Record<string, Described>[];
  const records: readonly Described[] = groups.flatMap((group) => Object.values(group));
  for (const record of [...records, ...leafNodes(state.scope.manifest)]) describe(record, render);
}

function describe(record: Described, render: RenderDescription): void {
  if (record.description !== null) {
    const own = render(record, record.description);
    record.description = own.text;
    if (record.columns !== undefined) record.doc_blocks = own.blocks;
  }
  if (record.source_description !== undefined)
    record.source_description = render(record, record.source_description).text;
  const { dimensions = [], entities = [], measures = [] } = record;
  const parameters = record.unique_id.startsWith('macro.') ? (record.arguments ?? []) : [];
  for (const element of [...dimensions, ...entities, ...measures, ...parameters])
    if (element.description) element.description = render(record, element.description).text;
  for (const column of Object.values(record.columns ?? {})) {
    const { text, blocks } = render(record, column.description);
    column.description = text;
    column.doc_blocks = blocks;
  }
}

function descriptionRenderer(state: ParseState): RenderDescription {
  const contexts = new Map<string, RenderContext>();
  const patches = firstPatches(state.patches.all);
  let blocks: string[] = [];
  const contextOf = (packageName: string): RenderContext => {
    const known = contexts.get(packageName);
    if (known !== undefined) return known;
    const context = yamlContext(state.scope, packageVars(state.scope.project, packageName), packageName);
    const doc = rawFunction('doc', (args) => {
      const block = findDoc(state, args, packageName);
      blocks.push(block.unique_id);
      return block.block_contents;
    });
    contexts.set(packageName, context.give({ doc }));
    return context;
  };
  return (record, text) => {
    blocks = [];
    if (!hasJinja(text)) return { text, blocks };
    const { file, line, column } = descriptionPlace(state, patches, record, text);
    try {
      const template = state.scope.environment.template(text, file, { firstLine: line, firstColumn: column });
      return { text: template.render(contextOf(record.package_name)), blocks: plainBlocks(text, blocks) };
    } catch (failure) {
      state.diagnostics.push(...templateDiagnostics(failure, record.unique_id, { file, line, column }));
      return { text, blocks };
    }
  };
}

/** Of the blocks that a description took those that it prints as they are, `{{ doc('name') }}`: dbt lists no others. */
function plainBlocks(text: string, taken: readonly string[]): string[] {
  const calls = text.matchAll(/\{\{[-+]?\s*doc\(\s*(?:['"]\w+['"]\s*,\s*)?['"](\w+)['"]\s*\)\s*[-+]?\}\}/g);
  const printed = new Set([...calls].map(([, name]) => name));
  return taken.filter((id) => printed.has(id.split('.').at(-1)));
}

/** A block of the named package, or of the root project, the node's package, any package: the first that has it. */
function findDoc(state: ParseState, args: readonly unknown[], packageName: string): DocBlock {
  if (args.length < 1 || args.length > 2) {
    throw templateError('jinja/render', `doc() takes one or two arguments (${args.length} given)`);
  }
  const name = toStr(args.at(-1));
  const { docs } = state.scope.manifest;
  const packages = args.length === 2 ? [toStr(args[0])] : [state.scope.project.name, packageName];
  const found =
    packages.map((owner) => docs[`doc.${owner}.${name}`]).find((doc) => doc !== undefined) ??
    (args.length === 2 ? undefined : Object.values(docs).find((doc) => doc.name === name));
  if (found !== undefined) return found;
  const known = Object.values(docs).map((doc) => doc.name);
  const hint = didYouMeanHint(name, known) ?? `Write {% docs ${name} %} … {% enddocs %} in a Markdown file.`;
  throw templateError('jinja/render', `There is no docs block "${name}", which a description asks for.`, hint);
}

/** Where a description stands: in the property file that describes the node or macro, else where the node is declared. */
function descriptionPlace(
  state: ParseState,
  patches: ReadonlyMap<string, Patch>,
  record: Described,
  text: string,
): Place {
  const entry = record.unique_id.startsWith('macro.')
    ? state.macroEntries.get(record.unique_id)
    : patches.get(`${record.package_name}.${record.unique_id.split('.')[2]}`)?.entry;
  const own = entry?.get('description');
  if (own?.value === text) return own.textPlace;
  for (const [, part] of [...(entry?.get('columns')?.entries() ?? []), ...(entry?.get('arguments')?.entries() ?? [])]) {
    const description = part.get('description');
    if (description?.value === text) return description.textPlace;
  }
  return entry?.place ?? state.origins.get(record.unique_id) ?? state.scope.project.dbtProjectPlace;
}

/** The first entry for each name of a package. */
function firstPatches(all: readonly Patch[]): ReadonlyMap<string, Patch> {
  return new Map(all.toReversed().map((one) => [`${one.packageName}.${one.name}`, one]));
}
