import { formatStr } from '../format/str-format.ts';
import { mappingOf } from '../values/dict.ts';
import { hostOf } from '../values/host-object.ts';
import { typeError } from '../values/py-error.ts';
import { typeName } from '../values/type-name.ts';
import { oneArgument } from './declare.ts';
import type { Method, MethodTable } from './method.ts';

const format: Method<string> = (self, args, kwargs, lookup) => {
  const named = {
    get: (key: unknown) => (kwargs !== null && Object.hasOwn(kwargs, String(key)) ? kwargs[String(key)] : undefined),
  };
  return formatStr(self, { args, named, lookup });
};

/** `str.format` and `str.format_map`. */
export const strFormatMethods: MethodTable<string> = new Map([
  ['format', format],
  oneArgument('str.format_map', (s: string, values, lookup) => {
    const host = hostOf(values);
    const get = (key: unknown): unknown => {
      const mapping = mappingOf(values);
      if (mapping === null && host?.__getitem__ === undefined) {
        throw typeError(`'${typeName(values)}' object is not subscriptable`);
      }
      return mapping === null ? host?.__getitem__?.(key) : mapping.get(key);
    };
    return formatStr(s, { args: [], named: { get }, lookup });
  }),
]);
