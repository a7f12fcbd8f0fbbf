import { type Diagnostic, error } from '../diagnostics.ts';
import { type HubSpec, type PackageSpec, readSpecs } from '../project/package-specs.ts';
import { readYaml } from '../project/read-yaml.ts';

/** The entries that the hub tells of a package. They are not rendered, as in dbt; what is wrong with them is found at the entry that led there. */
export function hubSpecs(packages: unknown, asking: HubSpec, report: (finding: Diagnostic) => void): PackageSpec[] {
  // JSON is YAML, and so the same reader tells what is wrong.
  const { root } = readYaml(JSON.stringify(packages ?? []), asking.package);
  if (root === null) return [];
  return readSpecs(root, root.value, ({ message }) => {
    const hint = 'Tell its author, or choose another version.';
    const said = `What the hub says of ${asking.package} cannot be used: ${message}`;
    report(error('package/invalid', said, { place: asking.place, hint }));
  });
}
