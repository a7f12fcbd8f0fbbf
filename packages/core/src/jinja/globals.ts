import { loremParagraph } from './lorem.ts';
import { index } from './methods/declare.ts';
import { pairs } from './methods/dict.ts';
import { type Callable, hostFunction, rawFunction } from './values/call-value.ts';
import { Dict } from './values/dict.ts';
import { type HostObject, type Keywords, keywordPairs } from './values/host-object.ts';
import { Markup } from './values/markup.ts';
import { PyError, typeError } from './values/py-error.ts';
import { makeRange } from './values/range.ts';
import { repr } from './values/repr.ts';
import { optional } from './values/signature.ts';
import { truth } from './values/truth.ts';
import { Tuple } from './values/tuple.ts';
import { spend } from './values/work.ts';

/** Jinja's `namespace(…)`: the object whose attributes `{% set ns.x = … %}` assigns. */
export class Namespace implements HostObject {
  readonly __type__ = 'jinja2.utils.Namespace';
  readonly #attributes: Dict;

  constructor(attributes: Dict) {
    this.#attributes = attributes;
  }

  __getattr__(name: string): unknown {
    return this.#attributes.get(name);
  }

  __setattr__(name: string, value: unknown): void {
    this.#attributes.set(name, value);
  }

  __repr__(): string {
    return `<Namespace ${repr(this.#attributes)}>`;
  }
}

const fillerParameters = [
  { name: 'n', default: 5 },
  optional('html', true),
  { name: 'min', default: 20 },
  { name: 'max', default: 100 },
];

/** The global functions of Jinja. */
export const jinjaGlobals: Readonly<Record<string, Callable>> = Object.freeze({
  range: rawFunction('safe_range', (args, kwargs) => {
    const [keyword] = Object.keys(kwargs ?? {});
    if (keyword !== undefined) throw typeError(`safe_range() got an unexpected keyword argument '${keyword}'`);
    return makeRange(args.map((value) => (typeof value === 'bigint' ? value : index(value))));
  }),
  dict: shownAsClass('dict', rawFunction('dict', dict, 'type')),
  namespace: shownAsClass(
    'jinja2.utils.Namespace',
    rawFunction('Namespace', (args, kwargs) => new Namespace(dict(args, kwargs)), 'type'),
  ),
  cycler: shownAsClass('jinja2.utils.Cycler', hostFunction('__init__', ['*items'], cycler)),
  joiner: shownAsClass('jinja2.utils.Joiner', hostFunction('__init__', [optional('sep', ', ')], joiner)),
  lipsum: hostFunction('generate_lorem_ipsum', fillerParameters, lipsum),
});

/** What makes instances of a class, which prints as the class. */
function shownAsClass(name: string, make: Callable): Callable {
  return Object.assign(make, { __type__: 'type', __repr__: () => `<class '${name}'>` });
}

function dict(args: readonly unknown[], kwargs: Keywords | null): Dict {
  if (args.length > 1) throw typeError(`dict expected at most 1 argument, got ${args.length}`);
  return new Dict([...(args.length === 0 ? [] : pairs(args[0])), ...keywordPairs(kwargs)]);
}

function lipsum(n: unknown, html: unknown, least: unknown, most: unknown): unknown {
  const count = index(n);
  spend(count * index(most));
  const paragraphs = Array.from({ length: Math.max(0, count) }, () => loremParagraph(index(least), index(most)));
  if (!truth(html)) return paragraphs.join('\n\n');
  return new Markup(paragraphs.map((text) => `<p>${text}</p>`).join('\n'));
}

function cycler(items: readonly unknown[]): HostObject {
  if (items.length === 0) throw new PyError('RuntimeError', 'at least one item has to be provided');
  let position = 0;
  const step = (): unknown => {
    const current = items[position];
    position = (position + 1) % items.length;
    return current;
  };
  const restart = (): void => {
    position = 0;
  };
  const methods: Readonly<Record<string, () => unknown>> = { next: step, reset: restart };
  const cycle: HostObject = {
    __type__: 'jinja2.utils.Cycler',
    __getattr__(name) {
      if (name === 'current') return items[position];
      if (name === 'items') return Tuple.from(items);
      if (name === 'pos') return position;
      const run = Object.hasOwn(methods, name) ? methods[name] : undefined;
      return run === undefined ? undefined : boundTo(cycle, `Cycler.${name}`, hostFunction(name, [], run));
    },
  };
  return cycle;
}

/** A function that shows itself as a method of an object. */
function boundTo(self: HostObject, name: string, method: Callable): Callable {
  return Object.assign(method, { __repr__: () => `<bound method ${name} of ${repr(self)}>` });
}

function joiner(separator: unknown): Callable {
  let used = false;
  const join = hostFunction('__call__', [], () => {
    const text = used ? separator : '';
    used = true;
    return text;
  });
  const __getattr__ = (name: string): unknown => (name === 'sep' ? separator : name === 'used' ? used : undefined);
  return Object.assign(join, { __type__: 'jinja2.utils.Joiner', __getattr__ });
}
