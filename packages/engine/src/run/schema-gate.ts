import { type Diagnostic, error, warning } from '@eider/core';
import type { Generation, GenerationColumn } from '../lake/generation.ts';
import type { Decision } from './decide.ts';
import type { MadeGenerations } from './make-generations.ts';
import type { RunContext } from './run-context.ts';

/** What a relation's readers lose by a new generation of it, in words; none where every query of theirs goes on. */
export function lostColumns(
  before: readonly GenerationColumn[],
  after: readonly GenerationColumn[],
): readonly string[] {
  const now = new Map(after.map((column) => [column.name.toLowerCase(), column]));
  return before.flatMap(({ name, type }) => {
    const column = now.get(name.toLowerCase());
    if (column === undefined) return [`${name} is gone`];
    return column.type === type || widens(type, column.type) ? [] : [`${name} was ${type} and is ${column.type}`];
  });
}

const signed = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT'];
const unsigned = ['UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT', 'UHUGEINT'];
const ladders: readonly (readonly string[])[] = [
  signed,
  unsigned,
  ['FLOAT', 'DOUBLE'],
  // An unsigned integer fits into the signed one above it.
  ...unsigned.slice(0, 4).map((type, i) => [type, ...signed.slice(i + 1)]),
];

/** Whether every value of one type is one of the other, and compares and computes alike. */
function widens(from: string, to: string): boolean {
  if (ladders.some((ladder) => ladder.includes(from) && ladder.indexOf(to) > ladder.indexOf(from))) return true;
  const [a, b] = [from, to].map((type) => /^DECIMAL\((\d+),(\d+)\)$/.exec(type)?.slice(1).map(Number));
  if (a?.[0] === undefined || a[1] === undefined || b?.[0] === undefined || b[1] === undefined) return false;
  return b[1] >= a[1] && b[0] - b[1] >= a[0] - a[1];
}

/**
 * Compares what is about to be published with what readers see. `publish.schema_change` says what comes of a column that is gone or narrower: a warning
 * (the default), or an error that keeps the relation as it was, unless the build is a full refresh.
 */
export async function gateSchemas(
  { build, compiler, request }: RunContext,
  made: MadeGenerations,
  { publish }: Pick<Decision, 'publish'>,
): Promise<MadeGenerations & { readonly findings: readonly Diagnostic[] }> {
  const { schemaChange } = compiler.project.target.publish;
  const stops = schemaChange === 'stop' && !request.fullRefresh;
  const findings: Diagnostic[] = [];
  const failed = new Map(made.failed);
  const generations = new Map(made.generations);
  for (const [id, generation] of made.generations) {
    const before = schemaChange === 'ignore' || !publish.has(id) ? undefined : await build.head?.generation(id);
    const lost = before === undefined ? [] : lostColumns(before.columns, generation.columns);
    if (lost.length === 0) continue;
    const text = `Readers of ${nameOf(generation)} lose columns: ${lost.join('; ')}.`;
    if (stops) {
      failed.set(id, [error('engine/schema-change', text, { node: id, hint: stopHint })]);
      generations.delete(id);
    } else findings.push(warning('engine/schema-change', text, { node: id, hint: warnHint }));
  }
  return { ...made, failed, generations, findings };
}

const stopHint = 'Readers keep the state of before. Give the column back, or publish the change with --full-refresh.';
const warnHint =
  'Tell those who query it; publish.schema_change: stop in the profile keeps such relations as they are.';

function nameOf({ relation }: Generation): string {
  return `${relation.schema}.${relation.identifier}`;
}
