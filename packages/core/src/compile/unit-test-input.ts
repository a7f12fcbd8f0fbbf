import { refArguments, sourceArguments } from '../context/ref-calls.ts';
import { RenderContext } from '../context/render-context.ts';
import type { RenderScope } from '../context/render-scope.ts';
import { nodeOf } from '../context/run-context.ts';
import { templateDiagnostics } from '../context/template-diagnostics.ts';
import type { UnitTestInput } from '../context/unit-test-context.ts';
import { EiderError, error, type Place } from '../diagnostics.ts';
import { rawFunction } from '../jinja/values/index.ts';
import type { ManifestNode, RefArgs, SourceNode, UnitTestNode } from '../manifest/nodes.ts';
import { didYouMeanHint } from '../near-names.ts';
import { newNode } from '../parse/new-node.ts';

/** What an input of a unit test stands for: `ref('orders')`, `source('raw', 'orders')`, `this`. Throws EiderError at `place`. */
export function unitTestInput(scope: RenderScope, test: UnitTestNode, input: string, place: Place): UnitTestInput {
  const original = originalOf(scope, test, input, place);
  const isSource = original.resource_type === 'source';
  const { fqn, name, package_name: packageName } = original;
  const cteName = isSource ? `${original.source_name}__${name}` : original.alias;
  const uniqueId = `model.${packageName}.${isSource ? cteName : name}`;
  const facts = { type: 'model', name, packageName, uniqueId, path: `${name}.sql`, fqn, code: '' } as const;
  const file = { originalFilePath: test.original_file_path, checksum: { name: 'none', checksum: '' } };
  const fresh = newNode({ ...facts, ...file }, scope.project.target, scope.startedAt);
  const { database, schema } = original;
  const version = original.resource_type === 'model' ? original.version : null;
  const latest = original.resource_type === 'model' ? original.latest_version : null;
  const node = {
    ...{ ...fresh, database, schema, alias: isSource ? original.identifier : original.alias },
    ...{ config: { ...fresh.config, materialized: 'ephemeral' }, version, latest_version: latest },
  } as ManifestNode;
  return { original, node, cteName };
}

function originalOf(scope: RenderScope, test: UnitTestNode, input: string, place: Place): ManifestNode | SourceNode {
  if (input.trim() === 'this') return nodeOf(scope, test.depends_on.nodes[0] ?? '');
  const { ref, source } = callsOf(scope, test, input, place);
  if (ref === null && source === null) {
    const hint = "An input is `ref('name')`, `source('name', 'table')` or `this`.";
    throw invalid(test, place, `Unit_test '${test.name}' has an input which is none: ${input}`, hint);
  }
  const found =
    ref === null
      ? scope.lookup().source(source?.[0] ?? '', source?.[1] ?? '', test.package_name)
      : scope.lookup().ref(ref, test.package_name);
  if (found.kind === 'found') return found.node;
  const hint =
    ref === null
      ? didYouMeanHint((source ?? []).join('.'), scope.lookup().sourceNames)
      : didYouMeanHint(ref.name, scope.lookup().refNames);
  throw invalid(
    test,
    place,
    `Unit test '${test.name}' had an input (${input}) which was not found in the manifest.`,
    hint,
  );
}

function invalid({ unique_id }: UnitTestNode, place: Place, message: string, hint: string | undefined): EiderError {
  return new EiderError([
    error('ref/not-found', message, { place, node: unique_id, ...(hint === undefined ? {} : { hint }) }),
  ]);
}

/** The first ref, or the first source, that an input calls. */
function callsOf(
  scope: RenderScope,
  { package_name: packageName, unique_id: id }: UnitTestNode,
  input: string,
  place: Place,
): { readonly ref: RefArgs | null; readonly source: [string, string] | null } {
  const refs: RefArgs[] = [];
  const sources: [string, string][] = [];
  const ref = rawFunction('ref', (args, kwargs) => {
    refs.push(refArguments(args, kwargs));
    return '';
  });
  const source = rawFunction('source', (args) => {
    sources.push(sourceArguments(args));
    return '';
  });
  // dbt reads an input and renders none: macros of the project's own named so are not called.
  const context = new RenderContext(() => [], { macros: scope.macros, packageName, async: false });
  context.give({ ref, source });
  try {
    const { file, line, column } = place;
    scope.environment.template(`{{ ${input} }}`, file, { firstLine: line, firstColumn: column }).render(context);
  } catch (failure) {
    throw new EiderError(templateDiagnostics(failure, id, place), { cause: failure });
  }
  return { ref: refs[0] ?? null, source: sources[0] ?? null };
}
