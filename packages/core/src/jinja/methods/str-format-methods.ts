import { formatStr } from '../format/str-format.ts';
import { mappingOf } from '../values/dict.ts';
import { hostOf } from '../values/host-object.ts';
import { typeError } from '../values/py-error.ts';
import { typeName } from '../values/type-name.ts';
import { oneArgument } from './declare.ts';
import type { Method, MethodTable } from './method.ts';

const format: Method<string> = (self, args, kwargs, lookup) => {
  return formatStr(self, { args, named: namedValues(kwargs), lookup });
};

/** `str.format` and `str.format_map`. */
export const strFormatMethods: MethodTable<string> = new Map([
  ['format', format],
  oneArgument('str.format_map', (s: string, values, lookup) =>
    formatStr(s, { args: [], named: namedValues(values), lookup }),
  ),
]);

/** How `format` reads a named value: from keywords, or from the mapping of `format_map`. */
export function namedValues(values: unknown): { get(key: unknown): unknown } {
  if (values === null) return { get: () => undefined };
  const host = hostOf(values);
  return {
    get: (key) => {
      const mapping = mappingOf(values);
      if (mapping === null && host?.__getitem__ === undefined) {
        throw typeError(`'${typeName(values)}' object is not subscriptable`);
      }
      return mapping === null ? host?.__getitem__?.(key) : mapping.get(key);
    },
  };
}
