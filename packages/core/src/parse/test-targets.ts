import type { Located } from '../project/located.ts';
import type { SourceFile } from '../project/project.ts';
import { listOf, recordOf, tagsOf, textOf } from './read-values.ts';

interface TestTargetBase {
  readonly file: SourceFile;
  /** The kind of the entry in its property file: `models`. */
  readonly key: string;
  readonly name: string;
  /** What stands for the tested relation in the test: `ref('orders')`. */
  readonly expression: string;
  /** The entries that hold the tests: of the node, and of its columns. */
  readonly tests: readonly Located[];
  readonly columns: readonly Located[];
  readonly quoteColumns: boolean;
  /** Tags that its tests inherit. */
  readonly tags: readonly string[];
}

/** What generic tests are written under. */
export type TestTarget =
  | (TestTargetBase & { readonly kind: 'model' | 'seed' | 'snapshot'; readonly version: string | number | null })
  | (TestTargetBase & { readonly kind: 'source'; readonly sourceName: string });

/** The tests of one column, or of the whole relation. */
export interface ColumnTests {
  readonly name: string | null;
  readonly tests: readonly Located[];
  readonly tags: readonly string[];
}

/** The tests of a target in dbt's order: its columns', then its own. */
export function testedColumns(target: TestTarget): ColumnTests[] {
  const columns = target.columns.map((entry) => {
    const column = recordOf(entry.value);
    const name = textOf(column.name);
    const quote = column.quote === true || (column.quote !== false && target.quoteColumns);
    const tags = [...target.tags, ...tagsOf(column.tags), ...tagsOf(recordOf(column.config).tags)];
    return { name: quote ? `"${name}"` : name, tests: testsOf(entry), tags };
  });
  return [...columns, { name: null, tests: target.tests, tags: target.tags }];
}

/** The entries under `data_tests:`, or under its old name `tests:`. */
export function testsOf(entry: Located): readonly Located[] {
  const record = recordOf(entry.value);
  return itemsOf(entry.get(record.data_tests === undefined || record.data_tests === null ? 'tests' : 'data_tests'));
}

/** The items of a located list. */
export function itemsOf(list: Located | undefined): readonly Located[] {
  if (list === undefined || listOf(list.value).length === 0) return [];
  return Array.from(list.entries(), ([, item]) => item);
}

/** The name that a test's own name is made of. */
export function targetNameOf(target: TestTarget): string {
  if (target.kind === 'source') return `${target.sourceName}_${target.name}`;
  return target.version === null ? target.name : `${target.name}_v${target.version}`;
}
