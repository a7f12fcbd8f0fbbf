import { hostOf } from '../values/host-object.ts';
import { PyError, typeError } from '../values/py-error.ts';
import type { PyIterator } from '../values/py-iterator.ts';
import { repr, toStr } from '../values/repr.ts';
import { typeName } from '../values/type-name.ts';
import { Undefined } from '../values/undefined.ts';
import { noArguments, oneArgument, positional } from './declare.ts';
import type { MethodTable } from './method.ts';

const exception = /^<class '(?:\w+\.)*(\w*[eE]rror)'>$/;

/** The error that a template throws into a generator: a class of errors, or one of them. */
function thrownError(value: unknown): PyError {
  const kind = exception.exec(repr(value))?.[1];
  if (kind !== undefined) return new PyError(kind, '');
  const type = hostOf(value)?.__type__ ?? '';
  if (exception.test(`<class '${type}'>`)) return new PyError(type.replace(/^.*\./, ''), toStr(value));
  return typeError(`exceptions must be classes or instances deriving from BaseException, not ${typeName(value)}`);
}

/** Methods of generators, which filters such as `map` give. */
export const generatorMethods: MethodTable<PyIterator> = new Map([
  noArguments('generator.close', (self: PyIterator) => self.close()),
  oneArgument('generator.send', (self: PyIterator, value) => {
    if (value !== null && !self.isStarted) throw typeError("can't send non-None value to a just-started generator");
    const { done, value: next } = self.next();
    // Jinja's way to call a function that gives nothing more.
    return done === true
      ? new Undefined('value was undefined because a callable raised a StopIteration exception')
      : next;
  }),
  positional('generator.throw', 1, 3, (self: PyIterator, value) => {
    const error = thrownError(value);
    if (error.kind !== 'TypeError') self.close();
    throw error;
  }),
]);
