import { type Diagnostic, error, type Place, warning } from '../diagnostics.ts';
import type { Manifest, ManifestNode, ModelNode } from '../manifest/nodes.ts';

type PlaceOf = (node: ManifestNode, key: string) => Place | undefined;

/** Models whose contract dbt does not accept, in its words: of Python, without columns in their entry of a property file, incremental ones that say nothing, or the wrong thing, of columns that change. */
export function contractConfigs(manifest: Manifest, placeOf: PlaceOf): readonly Diagnostic[] {
  return Object.values(manifest.nodes).flatMap((node) => {
    const { contract } = node.config;
    const isHeld = (contract as { readonly enforced?: unknown } | undefined)?.enforced === true;
    if (node.resource_type !== 'model' || !isHeld) return [];
    return [...ignoredConstraints(node, placeOf), ...prerequisites(node, placeOf), ...changingColumns(node, placeOf)];
  });
}

/** What has rows of its own: constraints of external models are held by audits. */
const constrained: readonly unknown[] = ['table', 'incremental', 'external'];

function ignoredConstraints(node: ModelNode, placeOf: PlaceOf): readonly Diagnostic[] {
  const { materialized } = node.config;
  const constraints = [node, ...Object.values(node.columns)].flatMap((one) => one.constraints ?? []);
  const isTold = constraints.some((one) => (one as { readonly warn_unsupported?: unknown }).warn_unsupported !== false);
  if (!isTold || constrained.includes(materialized)) return [];
  const place = placeOf(node, 'contract');
  const message = `Constraints of the model "${node.name}" are ignored: nothing holds those of a ${materialized}.`;
  const hint =
    'Materialize it as table, incremental or external, or write `warn_unsupported: false` into its constraints.';
  const found = warning('config/invalid', message, { node: node.unique_id, hint, ...(place && { place }) });
  return [{ ...found, dbtName: 'UnsupportedConstraintMaterialization' }];
}

function prerequisites(node: ManifestNode, placeOf: PlaceOf): readonly Diagnostic[] {
  const place = placeOf(node, 'contract');
  const fail = (why: string, hint: string): Diagnostic => {
    const message = `Contract enforcement failed for: (${node.original_file_path})\n${why}`;
    return error('config/invalid', message, { node: node.unique_id, hint, ...(place && { place }) });
  };
  const isDescribed = 'patch_path' in node && node.patch_path !== null;
  return [
    ...(node.language === 'python'
      ? [
          fail(
            "Language Error: Expected 'sql' but found 'python'",
            'Take `contract` away, or put a SQL model with the contract behind it.',
          ),
        ]
      : []),
    ...(isDescribed && Object.keys(node.columns).length === 0
      ? [
          fail(
            'Constraints must be defined in a `yml` schema configuration file like `schema.yml`.',
            'Write the columns, each with its data_type, into its entry of the property file.',
          ),
        ]
      : []),
  ];
}

function changingColumns(node: ManifestNode, placeOf: PlaceOf): readonly Diagnostic[] {
  const { materialized, on_schema_change: kind } = node.config;
  if (materialized !== 'incremental' || kind === 'append_new_columns' || kind === 'fail') return [];
  const place = placeOf(node, kind === 'ignore' ? 'contract' : 'on_schema_change');
  const message = `Invalid value for on_schema_change: ${String(kind)}. Models materialized as incremental with contracts enabled must set on_schema_change to 'append_new_columns' or 'fail'`;
  const hint = 'Write on_schema_change: append_new_columns where columns may be added, else on_schema_change: fail.';
  return [error('config/invalid', message, { node: node.unique_id, hint, ...(place && { place }) })];
}
