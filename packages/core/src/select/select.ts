import { type Diagnostic, error, warning } from '../diagnostics.ts';
import type { Graph } from '../graph/graph.ts';
import { resourceOf } from '../manifest/leaf-nodes.ts';
import type { Manifest } from '../manifest/nodes.ts';
import type { PreviousState } from '../manifest/previous-state.ts';
import { didYouMeanHint } from '../near-names.ts';
import { expandIndirectly, incorporateIndirect, type Picked } from './indirect-selection.ts';
import { matcherOf, type Selectable, tagsOf } from './methods.ts';
import { parseSelection } from './parse-selection.ts';
import type { Criterion, IndirectSelection, NamedSelectors, Selection } from './selection.ts';
import type { StateContext } from './state-methods.ts';

export interface SelectRequest {
  /** `--select` arguments; empty for the whole project. */
  readonly select: readonly string[];
  readonly exclude: readonly string[];
  /** What may be in the result; see `resourceTypesOf`. */
  readonly resourceTypes: readonly string[];
  readonly indirectSelection?: IndirectSelection;
  /** `--selector`: a name in `selectors`; takes the place of `select` and `exclude`. */
  readonly selector?: string;
  readonly selectors?: NamedSelectors;
  /** Whether files without any code count (`ls` lists them; nothing runs them). */
  readonly includeEmpty?: boolean;
  /** The artifacts of an earlier run, for `state:`, `result:` and `source_status:`. */
  readonly previous?: PreviousState | null;
  /** dbt's flag `state_modified_compare_more_unrendered_values`. */
  readonly compareUnrendered?: boolean;
  /** When the command began; only `state:` asks. */
  readonly now?: Date;
}

export interface Selected {
  /** Sorted unique ids. */
  readonly ids: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The nodes that dbt's selection grammar names. Something that matches nothing is a warning, something unreadable an error. */
export function select(manifest: Manifest, graph: Graph, request: SelectRequest): Selected {
  const chosen = chooseSelection(request);
  const told = new Map<string, Diagnostic>();
  const context: Context = {
    manifest,
    graph,
    nodes: new Map(graph.ids.flatMap((id) => pair(id, manifest))),
    indirect: request.indirectSelection ?? 'eager',
    diagnostics: [...chosen.diagnostics],
    state: {
      manifest,
      previous: request.previous ?? null,
      comparing: { unrendered: request.compareUnrendered === true },
      now: request.now ?? new Date(0),
      report: (finding) => told.set(JSON.stringify(finding), finding),
    },
  };
  const { direct } = chosen.selection === undefined ? nobody : pick(chosen.selection, context);
  const types = new Set(request.resourceTypes);
  const ids = [...direct].filter((id) => {
    const node = context.nodes.get(id);
    return node !== undefined && types.has(node.resource_type) && (request.includeEmpty === true || !isEmpty(node));
  });
  return { ids: ids.sort(), diagnostics: [...context.diagnostics, ...told.values()] };
}

interface Context {
  readonly manifest: Manifest;
  readonly graph: Graph;
  readonly nodes: ReadonlyMap<string, Selectable>;
  readonly indirect: IndirectSelection;
  readonly diagnostics: Diagnostic[];
  readonly state: StateContext;
}

const nobody: Picked = { direct: new Set(), indirect: new Set() };

function pair(id: string, manifest: Manifest): [string, Selectable][] {
  const node = resourceOf(manifest, id);
  return node === undefined ? [] : [[id, node]];
}

function isEmpty(node: Selectable): boolean {
  return !/^(seed|unit_test)$/.test(node.resource_type) && 'raw_code' in node && node.raw_code.trim() === '';
}

function chooseSelection(request: SelectRequest): {
  readonly selection?: Selection;
  readonly diagnostics: readonly Diagnostic[];
} {
  const selectors = request.selectors ?? {};
  if (request.selector !== undefined) {
    const named = selectors[request.selector];
    if (named !== undefined) return { selection: named.selection, diagnostics: [] };
    const names = Object.keys(selectors);
    const hint =
      didYouMeanHint(request.selector, names) ??
      (names.length === 0 ? 'The project has no selectors.yml.' : `It has ${names.join(', ')}.`);
    return { diagnostics: [error('select/invalid', `No selector "${request.selector}" in selectors.yml.`, { hint })] };
  }
  if (request.select.length === 0 && request.exclude.length === 0) {
    const usual = Object.values(selectors).find((selector) => selector.isDefault);
    if (usual !== undefined) return { selection: usual.selection, diagnostics: [] };
  }
  return parseSelection(request.select, request.exclude);
}

function pick(selection: Selection, context: Context): Picked {
  if (selection.kind === 'criterion') return pickCriterion(selection, context);
  const findingsBefore = context.diagnostics.length;
  const parts = selection.parts.map((part) => pick(part, context));
  const direct = combine(
    selection.kind,
    parts.map((part) => part.direct),
  );
  const indirect = combine(
    selection.kind,
    parts.map((part) => new Set([...part.direct, ...part.indirect])),
  );
  // dbt: what a whole difference leaves open stays out; only its parts are completed.
  const mode = selection.kind === 'difference' ? 'eager' : context.indirect;
  const complete = incorporateIndirect({ direct, indirect }, mode, context.manifest, context.graph);
  if (selection.named && complete.size === 0 && context.diagnostics.length === findingsBefore)
    reportNothing(selection.raw, selection.parts, context);
  return { direct: complete, indirect };
}

function combine(kind: 'union' | 'intersection' | 'difference', sets: readonly ReadonlySet<string>[]): Set<string> {
  const [first = new Set<string>(), ...others] = sets;
  if (kind === 'union') return new Set(sets.flatMap((set) => [...set]));
  if (kind === 'intersection') return new Set([...first].filter((id) => others.every((set) => set.has(id))));
  return new Set([...first].filter((id) => !others.some((set) => set.has(id))));
}

function pickCriterion(criterion: Criterion, context: Context): Picked {
  const matches = matcherOf(criterion, context.state);
  if (typeof matches !== 'function') {
    context.diagnostics.push(
      error('select/invalid', `${matches.invalid} (In "${criterion.raw}".)`, { hint: matches.hint }),
    );
    return nobody;
  }
  const found = new Set([...context.nodes].filter(([, node]) => matches(node)).map(([id]) => id));
  const selected = withRelatives(criterion, found, context.graph);
  return expandIndirectly(selected, criterion.indirectSelection ?? context.indirect, context.manifest, context.graph);
}

function withRelatives(criterion: Criterion, found: ReadonlySet<string>, graph: Graph): ReadonlySet<string> {
  const all = new Set(found);
  const add = (ids: ReadonlySet<string>): void => {
    for (const id of ids) all.add(id);
  };
  if (criterion.childrensParents) {
    add(reach(found, graph.children, null));
    add(reach(new Set(all), graph.parents, null));
  }
  if (criterion.parents !== null) add(reach(found, graph.parents, criterion.parents.depth));
  if (criterion.children !== null) add(reach(found, graph.children, criterion.children.depth));
  return all;
}

/** Everything within so many steps of any of the ids: one walk for all, as a selection may begin with thousands. */
function reach(
  from: ReadonlySet<string>,
  next: (id: string) => readonly string[],
  depth: number | null,
): ReadonlySet<string> {
  const seen = new Set<string>();
  let layer: readonly string[] = [...from];
  for (let step = 0; layer.length > 0 && (depth === null || step < depth); step++) {
    layer = [...new Set(layer.flatMap(next))].filter((id) => !seen.has(id));
    for (const id of layer) seen.add(id);
  }
  return seen;
}

function reportNothing(raw: string, parts: readonly Selection[], context: Context): void {
  const alone = parts.length === 1 ? parts[0] : undefined;
  const hint = alone?.kind === 'criterion' ? nearestHint(alone, context) : undefined;
  context.diagnostics.push(
    warning(
      'select/nothing',
      `The selection criterion '${raw}' does not match any enabled nodes`,
      hint === undefined ? {} : { hint },
    ),
  );
}

function nearestHint(criterion: Criterion, context: Context): string | undefined {
  const names = new Set<string>();
  for (const node of context.nodes.values()) {
    if (criterion.method === 'tag') for (const tag of tagsOf(node)) names.add(tag);
    else if (criterion.method === 'source' && node.resource_type === 'source')
      names.add(node.source_name).add(`${node.source_name}.${node.name}`);
    else if (criterion.method === 'package') names.add(node.package_name);
    else if (criterion.method === 'path')
      names.add(node.original_file_path).add(node.original_file_path.replace(/\/[^/]*$/, ''));
    else if (criterion.method === 'file') names.add(node.original_file_path.split('/').at(-1) ?? '');
    else if (criterion.method === 'fqn' && node.resource_type !== 'source')
      names.add(node.name).add(node.fqn.at(-2) ?? node.name);
  }
  return didYouMeanHint(String(criterion.value), names);
}
