import type { FunctionNode, ManifestNode, SourceNode, UnitTestNode } from './nodes.ts';

export function isUnitTest(node: ManifestNode | SourceNode): node is UnitTestNode {
  return node.resource_type === 'unit_test';
}

/** The nodes as dbt's manifest has them, which keeps unit tests and functions apart. */
export function withoutUnitTests(nodes: Readonly<Record<string, ManifestNode>>): Record<string, ManifestNode> {
  return Object.fromEntries(
    Object.entries(nodes).filter(([, node]) => !isUnitTest(node) && node.resource_type !== 'function'),
  );
}

/** The functions among nodes, by unique id. */
export function functionsIn(nodes: Readonly<Record<string, ManifestNode>>): Record<string, FunctionNode> {
  return Object.fromEntries(
    Object.entries(nodes).filter((entry): entry is [string, FunctionNode] => entry[1].resource_type === 'function'),
  );
}

export function unitTestsOf(nodes: Readonly<Record<string, ManifestNode>>): Record<string, UnitTestNode> {
  return Object.fromEntries(
    Object.entries(nodes).filter((entry): entry is [string, UnitTestNode] => isUnitTest(entry[1])),
  );
}

/** A unit test's name with the version of its model. */
export function versionedName({ name, version }: UnitTestNode): string {
  return version === null ? name : `${name}_v${version}`;
}

/** The path of the file that dbt makes up for a unit test: beside its property file. */
export function unitTestPath(node: UnitTestNode): string {
  return [...node.original_file_path.split('/').slice(0, -1), `${versionedName(node)}.sql`].join('/');
}
