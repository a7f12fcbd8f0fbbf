import { printOf } from '../cache/print-of.ts';
import { placeOfConfig } from '../context/config-place.ts';
import { type Diagnostic, error, type Place } from '../diagnostics.ts';
import type { ManifestNode } from '../manifest/nodes.ts';
import { displayPath } from '../project/display-path.ts';
import type { SourceFile } from '../project/project.ts';
import { applyConfig } from './apply-config.ts';
import { checkDuplicate } from './duplicate-nodes.ts';
import { fqnOf, newNode, stem } from './new-node.ts';
import { addNode, type ParseState } from './parse-state.ts';
import { applyPatch, writtenConfig } from './patches.ts';
import { rememberedNode } from './remembered-node.ts';
import { collectingContext, renderHooks } from './render-node.ts';

/** Parses a seed: a CSV file, of which only the name and checksum matter here. */
export function parseSeed(state: ParseState, file: SourceFile): void {
  const place = { file: displayPath(state.scope.project.root, file.fullPath), line: 1, column: 1 };
  const key = `seed ${file.packageName} ${file.path}`;
  const own = (): string => printOf([file.relativePath, file.checksum, file.checksumName]);
  const node = rememberedNode(state, { key, own }, () => seedNode(state, file, place));
  if (node === null) return;
  state.origins.set(node.unique_id, place);
  checkDuplicate(state, node, file, place);
  addNode(state, node);
}

function seedNode(state: ParseState, file: SourceFile, place: Place): ManifestNode {
  const { project } = state.scope;
  const name = stem(file.relativePath);
  const node = newNode(
    {
      type: 'seed',
      name,
      packageName: file.packageName,
      uniqueId: `seed.${file.packageName}.${name}`,
      path: file.relativePath,
      originalFilePath: file.path,
      fqn: fqnOf(file.packageName, file.relativePath, name),
      code: '',
      checksum: { name: file.checksumName ?? 'sha256', checksum: file.checksum },
    },
    project.target,
    state.scope.startedAt,
  );
  const owner = project.packages.find((one) => one.name === file.packageName);
  if (node.resource_type === 'seed') node.root_path = owner?.root ?? project.root;
  const patch = state.patches.take(node);
  const written = patch === undefined ? {} : writtenConfig(patch, state.scope.project);
  applyConfig(state, node, {}, patch?.config ?? {}, place, { writtenPatch: written });
  if (patch !== undefined) applyPatch(node, patch);
  renderHooks(state, collectingContext(state, node), node, place);
  if ([node.refs, node.sources, node.metrics].some((calls) => calls.length > 0))
    state.diagnostics.push(dependentSeed(state, node, place));
  return node;
}

/** A seed is built from its file alone: its hooks may read what is built then, by its name, and call no `ref`. */
function dependentSeed({ scope }: ParseState, node: ManifestNode, place: Place): Diagnostic {
  const message = `Seeds cannot depend on other nodes. A hook of the seed "${node.name}" calls \`ref\`, \`source\` or \`metric\`, itself or in a macro.`;
  const where = placeOfConfig(scope, node, 'post_hook') ?? placeOfConfig(scope, node, 'pre_hook') ?? { place };
  const hint = 'Move the hook to the model that it speaks of, or to on-run-end.';
  return error('config/invalid', message, { ...where, node: node.unique_id, hint });
}
