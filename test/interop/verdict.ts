/** One thing that is not as it is with dbt-duckdb. */
export interface Difference {
  /** The command of the case after which it showed: `run --vars {day: 2}`. */
  readonly step: string;
  readonly kind: 'exit code' | 'status' | 'compiled SQL' | 'relation' | 'columns' | 'rows' | 'list' | 'artifact';
  /** The node, relation or file. */
  readonly subject: string;
  readonly dbt: string;
  readonly eider: string;
}

/** A difference that is on the list of deliberate ones, with its number there. */
export interface Deliberate extends Difference {
  readonly number: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 9;
}

/** What came of the comparison of one project. */
export interface Verdict {
  readonly project: string;
  readonly differences: readonly Difference[];
  readonly deliberate: readonly Deliberate[];
  /** How much was compared: an empty comparison proves nothing. */
  readonly compared: Readonly<Record<'nodes' | 'files' | 'relations' | 'lists' | 'artifacts', number>>;
}

/** The verdict in lines for people. */
export function describeVerdict(verdict: Verdict): string {
  const { nodes, files, relations, lists, artifacts } = verdict.compared;
  const head = `${verdict.project}: ${verdict.differences.length} differences, ${verdict.deliberate.length} deliberate (${nodes} node statuses, ${files} compiled files, ${relations} relations, ${lists} lists, ${artifacts} artifacts)`;
  const lines = verdict.differences.map(
    (d) => `  [${d.step}] ${d.kind} of ${d.subject}\n      dbt:   ${d.dbt}\n      eider: ${d.eider}`,
  );
  const allowed = verdict.deliberate.map(
    (d) => `  (${d.number}) [${d.step}] ${d.kind} of ${d.subject}: ${d.dbt} / ${d.eider}`,
  );
  return [head, ...lines, ...allowed].join('\n');
}
