import { textOfBytes } from './bytes.ts';
import { mappingOf } from './dict.ts';
import { equals } from './equals.ts';
import { hostOf } from './host-object.ts';
import { iterableOf } from './iterate.ts';
import { isInt } from './number.ts';
import { typeError, valueError } from './py-error.ts';
import { PySet } from './py-set.ts';
import { textOf } from './text-value.ts';
import { typeName } from './type-name.ts';
import { isUndefined } from './undefined.ts';
import { spend, spendText } from './work.ts';

/** Python's `item in container`. Throws TypeError for a value that cannot contain any, or a wrong item for a string. */
export function contains(container: unknown, item: unknown): boolean {
  const text = textOf(container);
  if (text !== undefined) {
    const part = textOf(item);
    spendText(text.length);
    if (part !== undefined) return text.includes(part);
    throw typeError(`'in <string>' requires string as left operand, not ${typeName(item)}`);
  }
  if (container instanceof Uint8Array) return bytesContain(container, item);
  if (Array.isArray(container)) {
    spend(container.length / 2);
    return container.some((element) => element === item || equals(element, item));
  }
  const mapping = mappingOf(container);
  if (mapping !== null) return mapping.has(item);
  // CPython looks for a set in a set by the frozen set that is equal.
  if (container instanceof PySet && item instanceof PySet) return false;
  const answer = isUndefined(container) ? false : hostOf(container)?.__contains__?.(item);
  if (answer !== undefined) return answer;
  const items = iterableOf(container);
  if (items === null) throw typeError(`argument of type '${typeName(container)}' is not iterable`);
  for (const element of items) if (equals(element, item)) return true;
  return false;
}

function bytesContain(container: Uint8Array, item: unknown): boolean {
  if (item instanceof Uint8Array) return textOfBytes(container).includes(textOfBytes(item));
  if (!isInt(item) && typeof item !== 'boolean') {
    throw typeError(`a bytes-like object is required, not '${typeName(item)}'`);
  }
  if (Number(item) < 0 || Number(item) > 255) throw valueError('byte must be in range(0, 256)');
  return container.includes(Number(item));
}
