import { isMapping } from '../context/plain.ts';
import { deprecated } from '../deprecated.ts';
import type { Diagnostic, Place } from '../diagnostics.ts';
import type { Located } from '../project/located.ts';
import { CONFIG_KEYS } from './test-entry.ts';

/** Keys beside the arguments of a test that dbt never takes for one. */
const beside: readonly string[] = ['config', 'column_name', 'description', 'name', ...CONFIG_KEYS];

/** What dbt 1.11 calls deprecated in the spelling of a generic test; `nested`: whether arguments belong under `arguments:`. */
export function testDeprecations(entry: Located, owner: string, nested: boolean): readonly Diagnostic[] {
  if (!isMapping(entry.value)) return [];
  const isNamed = typeof entry.get('test_name')?.value === 'string';
  const [first = ''] = Object.keys(entry.value);
  const name = isNamed ? String(entry.get('test_name')?.value) : first;
  const args = isNamed ? entry : entry.get(first);
  if (args === undefined || !isMapping(args.value)) return [];
  const keys = Object.keys(args.value).filter((key) => key !== 'test_name');
  if (nested) return misplaced(name, owner, args, keys);
  if (!keys.includes('arguments')) return [];
  const message = `The test "${name}" of ${owner} has an "arguments", which will hold the arguments of tests; here it is one of them.`;
  const hint = 'Remove `require_generic_test_arguments_property: false` from `flags:`, or rename the argument.';
  return [deprecated('ArgumentsPropertyInGenericTestDeprecation', message, { place: args.at('arguments'), hint })];
}

function misplaced(name: string, owner: string, args: Located, keys: readonly string[]): readonly Diagnostic[] {
  const configs = keys.filter((key) => CONFIG_KEYS.some((one) => one === key));
  const moved = configs.map((key) => {
    const message = `The config "${key}" of the test "${name}" stands beside its arguments, which is deprecated in dbt.`;
    return deprecated('PropertyMovedToConfigDeprecation', message, {
      place: args.at(key),
      hint: 'Move it under `config:`.',
    });
  });
  const given = args.get('arguments')?.value;
  const stray = keys.find((key) => key !== 'arguments' && !beside.includes(key));
  if (stray === undefined || isFilled(given)) return moved;
  const message = `The arguments of the test "${name}" of ${owner} stand right under its name, which is deprecated in dbt.`;
  const place: Place = args.at(stray);
  const hint = 'Move them under `arguments:`.';
  return [...moved, deprecated('MissingArgumentsPropertyInGenericTestDeprecation', message, { place, hint })];
}

function isFilled(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return isMapping(value) ? Object.keys(value).length > 0 : Boolean(value);
}
