import { NamedTuple } from './values/named-tuple.ts';
import { PyIterator } from './values/py-iterator.ts';
import { qualifiedTypeName } from './values/type-name.ts';

function words(text: string): readonly string[] {
  return text.split(' ');
}

const everywhere = words(
  'class delattr dir doc eq format ge getattribute getstate gt hash init init_subclass le lt ne new reduce reduce_ex repr setattr sizeof str subclasshook',
);
const sequence = words('add contains getitem iter len mul rmul');
const real = words(
  'abs add bool ceil divmod float floor floordiv int mod mul neg pos pow radd rdivmod rfloordiv rmod rmul round rpow rsub rtruediv sub truediv trunc',
);
const bits = words('and index invert lshift or rand rlshift ror rrshift rshift rxor xor');
const sets = words('and contains iter len or rand ror rsub rxor sub xor');
const code = words('annotations builtins call closure code defaults dict get globals kwdefaults module name qualname');

/** The special methods of Python's classes beside those of every object, without their underscores. */
const byType: Readonly<Record<string, readonly string[]>> = {
  str: [...sequence, 'getnewargs', 'mod', 'rmod'],
  bytes: [...sequence, 'bytes', 'getnewargs', 'mod', 'rmod'],
  list: [...sequence, 'class_getitem', 'delitem', 'iadd', 'imul', 'reversed', 'setitem'],
  tuple: [...sequence, 'class_getitem', 'getnewargs'],
  dict: words('class_getitem contains delitem getitem ior iter len or reversed ror setitem'),
  int: [...real, ...bits, 'getnewargs'],
  bool: [...real, ...bits, 'getnewargs'],
  float: [...real, 'getformat', 'getnewargs'],
  'decimal.Decimal': [...real, 'complex', 'copy', 'deepcopy', 'module'],
  NoneType: ['bool'],
  set: [...sets, 'class_getitem', 'iand', 'ior', 'isub', 'ixor'],
  dict_keys: [...sets, 'reversed'],
  dict_items: [...sets, 'reversed'],
  dict_values: words('iter len reversed'),
  range: words('bool contains getitem iter len reversed'),
  generator: words('del iter name next qualname'),
  'datetime.datetime': words('add radd rsub sub'),
  'datetime.date': words('add radd rsub sub'),
  'datetime.timedelta': words(
    'abs add bool divmod floordiv mod mul neg pos radd rdivmod rfloordiv rmod rmul rsub rtruediv sub truediv',
  ),
  function: code,
  builtin_function_or_method: words('call module name qualname self text_signature'),
  'markupsafe.Markup': [...sequence, 'getnewargs', 'html', 'html_format', 'mod', 'module', 'radd', 'rmod', 'slots'],
  'jinja2.runtime.Undefined': [
    ...real.filter((name) => !words('abs ceil divmod floor rdivmod round trunc').includes(name)),
    ...words('aiter call complex div getattr getitem iter len module rdiv slots'),
  ],
  're.Match': words('class_getitem copy deepcopy getitem'),
  're.Pattern': words('class_getitem copy deepcopy'),
  'jinja2.runtime.LoopContext': words('annotations call dict iter len module next weakref'),
  'jinja2.utils.Cycler': words('dict module next weakref'),
  'jinja2.utils.Namespace': words('dict module setitem weakref'),
};

const names: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(byType).map(([type, own]) => [type, new Set([...everywhere, ...own].map((word) => `__${word}__`))]),
);
const common: ReadonlySet<string> = new Set(everywhere.map((word) => `__${word}__`));
const iterators: ReadonlySet<string> = new Set([...common, '__iter__', '__next__']);

/** The special methods of a value whose class is not listed. */
function namesOf(value: unknown): ReadonlySet<string> {
  if (value instanceof NamedTuple) return names.get('tuple') ?? common;
  return value instanceof PyIterator ? iterators : common;
}

/** What Jinja keeps in an undefined value. */
const ofUndefined: ReadonlySet<string> = new Set(
  words('exception hint message name obj')
    .map((word) => `_undefined_${word}`)
    .concat('_fail_with_undefined_error'),
);
const ofGenerators: ReadonlySet<string> = new Set(['gi_frame', 'gi_code']);

/** Jinja's words for an attribute that Python's value has and the sandbox refuses once it is used; `undefined` (JS) where there is no such attribute. */
export function unsafeAttribute(value: unknown, name: string): string | undefined {
  const type = qualifiedTypeName(value);
  const isOfGenerator = value instanceof PyIterator && type === 'generator' && ofGenerators.has(name);
  const isOfUndefined = type === 'jinja2.runtime.Undefined' && ofUndefined.has(name);
  if (!isOfGenerator && !isOfUndefined && !(names.get(type) ?? namesOf(value)).has(name)) return undefined;
  return `access to attribute '${name}' of '${type.slice(type.lastIndexOf('.') + 1)}' object is unsafe.`;
}
