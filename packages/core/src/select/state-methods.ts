import { type Diagnostic, error, warning } from '../diagnostics.ts';
import { callersOf } from '../manifest/macro-callers.ts';
import type { Manifest } from '../manifest/nodes.ts';
import type { PreviousManifest, PreviousState, StateRecord } from '../manifest/previous-state.ts';
import {
  type Comparing,
  changedStateMacros,
  hasAspect,
  isParsedNode,
  type NodeAspect,
  sameAspect,
  sameContents,
} from './compare-state.ts';
import { type ContractChange, contractChange, removedContract } from './contract-changes.ts';
import { largeSeed } from './large-seed.ts';
import type { Matcher, Selectable } from './methods.ts';
import type { Criterion } from './selection.ts';

/** What the methods that look at an earlier run are given. */
export interface StateContext {
  readonly manifest: Manifest;
  readonly previous: PreviousState | null;
  readonly comparing: Comparing;
  /** When the command began. */
  readonly now: Date;
  readonly report: (finding: Diagnostic) => void;
}

/** dbt's words for the criteria of `state:`. */
const criteria = [
  ...['new', 'old', 'modified', 'unmodified', 'modified.body', 'modified.configs', 'modified.persisted_descriptions'],
  ...['modified.relation', 'modified.macros', 'modified.contract'],
];

/** `state:new`, `state:modified.body` and the like: this project beside that of `--state`. */
export function stateMethod({ value }: Criterion, context: StateContext): Matcher {
  const before = context.previous?.manifest;
  if (before === null || before === undefined)
    return missing('Got a state selector method, but no comparison manifest', 'manifest.json', context);
  const wanted = String(value);
  if (!criteria.includes(wanted)) {
    const listed = criteria.map((one) => `'${one}'`).join(', ');
    return {
      invalid: `Got an invalid selector "${wanted}", expected one of "[${listed}]"`,
      hint: 'Write one of them.',
    };
  }
  const old = ({ unique_id: id }: Selectable): StateRecord | undefined => before.nodes[id];
  if (wanted === 'new') return (node) => old(node) === undefined;
  if (wanted === 'old') return (node) => old(node) !== undefined;
  const comparison = comparisonWith(before, context);
  if (wanted === 'modified.macros') return comparison.callsChanged;
  if (wanted === 'modified.contract') {
    comparison.tellRemoved();
    return (node) => isParsedNode(node) && (old(node) === undefined || !comparison.contract(node).isSame);
  }
  if (wanted === 'modified' || wanted === 'unmodified') {
    comparison.tellRemoved();
    return (node) => comparison.isModified(node) === (wanted === 'modified');
  }
  const aspect = wanted.slice('modified.'.length) as NodeAspect;
  return (node) => {
    const was = old(node);
    if (aspect === 'body') comparison.tellLarge(node);
    return was === undefined ? hasAspect(aspect, node) : sameAspect(aspect, was, node, context.comparing) === false;
  };
}

interface Comparison {
  isModified(node: Selectable): boolean;
  /** Whether a macro that the node calls, at any depth, is changed. */
  callsChanged(node: Selectable): boolean;
  /** As `contractChange`; what breaks is reported. */
  contract(node: Selectable): ContractChange;
  /** Reports the contracts of models that are gone. */
  tellRemoved(): void;
  /** Reports a seed whose rows are not compared. */
  tellLarge(node: Selectable): void;
}

const sameContract: ContractChange = { isSame: true, breaking: [] };

function comparisonWith(before: PreviousManifest, context: StateContext): Comparison {
  const { comparing, manifest, now, report } = context;
  const changed = callersOf(changedStateMacros(before, manifest), [manifest]);
  const callsChanged = (node: Selectable): boolean =>
    'depends_on' in node && node.depends_on.macros.some((id) => changed.has(id));
  const contract = (node: Selectable): ContractChange => {
    const was = before.nodes[node.unique_id];
    if (node.resource_type !== 'model' || was === undefined) return sameContract;
    const change = contractChange(was, node);
    if (change.breaking.length > 0) report(breakingChange(change.breaking, node));
    return change;
  };
  const tellLarge = (node: Selectable): void => {
    const was = before.nodes[node.unique_id];
    const finding = node.resource_type === 'seed' && was !== undefined ? largeSeed(was, node) : null;
    if (finding !== null) report(finding);
  };
  return {
    callsChanged,
    contract,
    tellLarge,
    isModified: (node) => {
      tellLarge(node);
      const isContractSame = contract(node).isSame;
      return !sameContents(before.nodes[node.unique_id], node, comparing) || !isContractSame || callsChanged(node);
    },
    tellRemoved: () => {
      for (const [id, old] of Object.entries(before.nodes)) {
        const disabled = manifest.disabled[id]?.[0];
        if (disabled === undefined && manifest.nodes[id] !== undefined) continue;
        const gone = (disabled ?? old) as StateRecord;
        const lost = removedContract(gone, disabled !== undefined, now);
        if (lost !== null) report(breakingChange([lost], gone));
      }
    },
  };
}

/** Of a versioned model an error, else a warning, in dbt's words. */
function breakingChange(reasons: readonly string[], node: Selectable | StateRecord): Diagnostic {
  const { name, original_file_path: file, unique_id: id, version } = node as StateRecord;
  const list = `\n  - ${reasons.join('\n  - ')}`;
  const about = typeof id === 'string' ? { node: id } : {};
  if (version === null || version === undefined) {
    const message = `Breaking change to contracted, unversioned model ${String(name)} (${String(file)})\nWhile comparing to previous project state, dbt detected a breaking change to an unversioned model.${list}`;
    return warning('select/breaking-change', message, about);
  }
  const message = `While comparing to previous project state, dbt detected a breaking change to an enforced contract.${list}`;
  const hint =
    'Consider making an additive (non-breaking) change instead, if possible. Otherwise, create a new model version.';
  return error('select/breaking-change', message, { ...about, hint });
}

/** `result:<status>`: what came of nodes in the run of `--state`. */
export function resultMethod({ value }: Criterion, context: StateContext): Matcher {
  const results = context.previous?.results;
  if (results === null || results === undefined)
    return missing('No comparison run_results', 'run_results.json', context);
  const ids = new Set(results.filter(([, status]) => status === value).map(([id]) => id));
  return (node) => ids.has(node.unique_id);
}

/** `source_status:fresher`: sources with newer rows than in the sources.json of `--state`, by that of the target folder. */
export function sourceStatusMethod({ value }: Criterion, context: StateContext): Matcher {
  const { previous } = context;
  const [before, after] = [previous?.sources, previous?.sourcesNow];
  if (before === null || before === undefined)
    return missing('No previous state comparison freshness results in sources.json', 'sources.json', context);
  if (after === null || after === undefined) {
    return {
      invalid: 'No current state comparison freshness results in sources.json',
      hint: 'Run `eider source freshness` first: it writes sources.json to the target folder.',
    };
  }
  if (value !== 'fresher') return () => false;
  return ({ unique_id: id }) => {
    const [was, is] = [before.get(id), after.get(id)];
    return is !== undefined && (was === undefined || Date.parse(is) > Date.parse(was));
  };
}

function missing(words: string, file: string, { previous }: StateContext): Matcher {
  const hint =
    previous === null
      ? `Name the folder that holds ${file} of an earlier run: --state path/to/artifacts.`
      : `There is no ${file} in ${previous.folder}: name a folder that holds one with --state.`;
  return { invalid: words, hint };
}
