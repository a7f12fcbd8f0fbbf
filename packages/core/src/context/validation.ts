import { equals, hostFunction, repr } from '../jinja/values/index.ts';
import { membersOf, Namespace } from './namespace.ts';
import { templateError } from './template-error.ts';

/**
 * `validation.any(a, b)` gives a validator that accepts the listed values. `validation.any[…]`, which much advice on the web shows, has never
 * checked anything in dbt: it is undefined.
 */
export const validation: Namespace = new Namespace(
  'AttrDict',
  membersOf({
    any: new Namespace('function', () => undefined, {
      call: (allowed) => hostFunction('inner', ['value'], (value) => oneOf(value, allowed)),
      item: () => undefined,
    }),
  }),
);

function oneOf(value: unknown, allowed: readonly unknown[]): null {
  if (allowed.some((candidate) => equals(candidate, value))) return null;
  throw templateError('config/invalid', `Expected value ${repr(value)} to be one of ${allowed.map(repr).join(', ')}.`);
}
