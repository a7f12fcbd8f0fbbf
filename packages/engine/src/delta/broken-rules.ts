import { DeltaError, type Rule, type StructType } from '@eider/delta';
import { quoteName } from '../session/quote.ts';
import { type Connection, SqlError } from '../session/session.ts';
import { duckTypeOf } from './delta-types.ts';
import { sparkExpression } from './spark-expression.ts';

/** Which rules of a table rows break, and how many of them: an expression that is null is broken too. Throws DeltaError for one that cannot be evaluated. */
export async function brokenRules(
  connection: Pick<Connection, 'query'>,
  { rows, rules, schema }: { readonly rows: string; readonly rules: readonly Rule[]; readonly schema: StructType },
): Promise<readonly { readonly rule: Rule; readonly rows: number }[]> {
  const conditions = rules.map(({ expression, ours }) => (ours === true ? expression : sparkExpression(expression)));
  const empty = schema.fields.map(({ name, type }) => `CAST(NULL AS ${duckTypeOf(type)}) AS ${quoteName(name)}`);
  for (const [index, condition] of conditions.entries()) {
    await connection
      .query(`SELECT (${condition}) IS NOT TRUE FROM (SELECT ${empty.join(', ')}) LIMIT 0`)
      .catch((cause: unknown) => {
        throw cause instanceof SqlError ? unknown(rules[index], cause) : cause;
      });
  }
  const counts = conditions.map((condition) => `count(*) FILTER ((${condition}) IS NOT TRUE)`);
  const found = await connection.query(`SELECT ${counts.join(', ')} FROM (${rows})`);
  return rules.flatMap((rule, index) => {
    const count = Number(found.rows[0]?.[index] ?? 0);
    return count === 0 ? [] : [{ rule, rows: count }];
  });
}

function unknown(rule: Rule | undefined, cause: SqlError): DeltaError {
  return new DeltaError(
    'delta/unsupported-feature',
    `The rule ${rule?.name} (${rule?.expression}) cannot be evaluated here: ${cause.message}`,
    'Write with the engine that made the rule, or drop it there.',
    { cause },
  );
}
