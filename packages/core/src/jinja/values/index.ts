export { callMethod, getAttr, getItem } from '../attributes.ts';
export { binary, negate } from './binary.ts';
export { type Callable, callValue, hostFunction, isCallable, rawFunction } from './call-value.ts';
export { compare } from './compare.ts';
export { contains } from './contains.ts';
export { Decimal } from './decimal.ts';
export { Dict, mappingOf } from './dict.ts';
export { equals } from './equals.ts';
export type {
  HostObject,
  Keywords,
} from './host-object.ts';
export { iterableOf, iterate, length } from './iterate.ts';
export { int, isFloat, isInt, PyFloat } from './number.ts';
export { PyError } from './py-error.ts';
export { PyIterator } from './py-iterator.ts';
export { PySet } from './py-set.ts';
export { repr, toStr } from './repr.ts';
export { optional, type Parameter } from './signature.ts';
export { truth } from './truth.ts';
export { Tuple } from './tuple.ts';
export { typeName } from './type-name.ts';
export { isUndefined, undefinedOf } from './undefined.ts';
export { spend } from './work.ts';
