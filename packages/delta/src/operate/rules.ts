import type { Metadata } from '../actions/actions.ts';
import { parseSchema, type StructField } from '../actions/schema.ts';
import { DeltaError } from '../errors.ts';
import type { ComputePort, EditTask, Rule } from './compute-port.ts';

const constraint = 'delta.constraints.';

/** What every row of a table has to satisfy (protocol, "CHECK Constraints" and "Column Invariants"), columns that may not be null included. */
export function rulesOf({ configuration, schemaString }: Metadata): readonly Rule[] {
  const checks = Object.entries(configuration)
    .filter(([name]) => name.startsWith(constraint))
    .map(([name, expression]) => ({ name, expression }));
  return [...checks, ...parseSchema(schemaString).fields.flatMap((field) => rulesOfField(field, []))];
}

function rulesOfField(field: StructField, above: readonly string[]): readonly Rule[] {
  const path = [...above, field.name];
  const quoted = path.map((name) => `\`${name.replaceAll('`', '``')}\``).join('.');
  const parent = above.map((name) => `\`${name.replaceAll('`', '``')}\``).join('.');
  const filled = field.nullable
    ? []
    : [
        {
          name: `column ${path.join('.')} (not null)`,
          expression: `${parent === '' ? '' : `${parent} IS NULL OR `}${quoted} IS NOT NULL`,
        },
      ];
  const text = field.metadata['delta.invariants'];
  const invariant =
    typeof text === 'string'
      ? [{ name: `delta.invariants of column ${path.join('.')}`, expression: expressionOf(text) }]
      : [];
  const inner =
    typeof field.type !== 'string' && field.type.type === 'struct'
      ? field.type.fields.flatMap((each) => rulesOfField(each, path))
      : [];
  return [...filled, ...invariant, ...inner];
}

/** `{"expression":{"expression":"x > 3"}}`. */
function expressionOf(text: string): string {
  try {
    const { expression } = (JSON.parse(text) as { expression: { expression: unknown } }).expression;
    if (typeof expression === 'string') return expression;
  } catch {
    // Said below.
  }
  throw new DeltaError(
    'delta/invalid-schema',
    `The invariant ${text} cannot be read.`,
    'Look at the schemaString of the newest metaData action in _delta_log.',
  );
}

/** Holds the rows that change or come in against a table's rules. Throws `delta/broken-rule`, which names each that is broken and by how many rows. */
export async function holdRules(
  compute: ComputePort,
  task: EditTask,
  rules: readonly Rule[],
  place: string,
): Promise<void> {
  if (rules.length === 0) return;
  const broken = await compute.broken(task, rules);
  if (broken.length > 0) throw brokenRule(broken, place);
}

/** `delta/broken-rule`: which, and by how many rows. */
export function brokenRule(
  broken: readonly { readonly rule: Rule; readonly rows: number }[],
  place: string,
): DeltaError {
  const each = broken.map(
    ({ rule, rows }) => `${rule.name} (${rule.expression}) by ${rows} ${rows === 1 ? 'row' : 'rows'}`,
  );
  return new DeltaError(
    'delta/broken-rule',
    `Rows break rules of the table at ${place}: ${each.join('; ')}.`,
    'Leave such rows out, or change the rule.',
  );
}
