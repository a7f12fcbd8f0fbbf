import { type Diagnostic, error, type Place, warning } from '../diagnostics.ts';
import { dbtVersion } from '../manifest/invocation.ts';

/**
 * Checks `require-dbt-version` against the dbt that eider follows. An unmet condition is a warning (dbt stops unless told not to: eider is no dbt, and
 * the project may well build); one that is no condition is an error, as in dbt.
 */
export function checkRequiredVersion(conditions: readonly string[], name: string, place: Place): Diagnostic[] {
  return conditions.flatMap((condition) => {
    const met = isMet(condition, dbtVersion);
    if (met === true) return [];
    if (met === null) {
      const message = `"${condition}" is no version condition.`;
      return [error('project/invalid-value', message, { place, hint: 'Write ">=1.6.0", or a list of such.' })];
    }
    const message = `"${name}" asks for dbt ${condition}; eider follows dbt ${dbtVersion}.`;
    return [warning('project/unsupported', message, { place, hint: 'What that version added may be missing.' })];
  });
}

/** Whether a version meets a condition such as `>=1.6.0`; null where it is none. Pre-releases count as their release. */
function isMet(condition: string, version: string): boolean | null {
  const match = /^(>=|<=|>|<|=)?\s*v?(\d+)\.(\d+)\.(\d+)(?:[-+a-z].*)?$/i.exec(condition.trim());
  if (match === null) return null;
  const [, operator = '=', ...wanted] = match;
  const given = version.split('.').map(Number);
  const order =
    wanted.map((part, index) => Math.sign((given[index] ?? 0) - Number(part))).find((sign) => sign !== 0) ?? 0;
  return operator.includes('>') ? order > 0 || (order === 0 && operator.includes('=')) : ltOrEqual(operator, order);
}

function ltOrEqual(operator: string, order: number): boolean {
  return operator === '=' ? order === 0 : order < 0 || (order === 0 && operator === '<=');
}
