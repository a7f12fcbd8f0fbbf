import { DateTime, PyDate } from '../jinja/modules/index.ts';
import {
  compare,
  equals,
  iterate,
  PyError,
  PyFloat,
  PySet,
  repr,
  spend,
  Tuple,
  typeName,
} from '../jinja/values/index.ts';
import { NamedTuple } from '../jinja/values/named-tuple.ts';
import type { YamlMapping, YamlNode, YamlScalar, YamlSequence } from '../yaml/tree.ts';
import { FieldsObject } from './fields-object.ts';
import { entriesOf, isMapping } from './plain.ts';

/**
 * The nodes of a value as PyYAML's safe representer makes them; a list, dict or date that is met again is one node.
 * Throws RepresenterError for a value of another class.
 */
export function yamlNodes(value: unknown, sort: boolean): YamlNode {
  const root = new Representer(sort).node(value);
  nameAnchors(root);
  return root;
}

/** Steps that a node takes until it is written. */
const nodePrice = 20;

class Representer {
  readonly #sort: boolean;
  readonly #known = new Map<object, YamlNode>();

  constructor(sort: boolean) {
    this.#sort = sort;
  }

  node(value: unknown): YamlNode {
    spend(typeof value === 'string' ? nodePrice + value.length / 4 : nodePrice);
    const isShared = typeof value === 'object' && value !== null && !isUnshared(value);
    const known = isShared ? this.#known.get(value) : undefined;
    if (known !== undefined) return known;
    const keep = <Node extends YamlNode>(node: Node): Node => {
      if (isShared) this.#known.set(value, node);
      return node;
    };
    const scalar = scalarOf(value);
    if (scalar !== null) return keep(scalar);
    if (Array.isArray(value) && !(value instanceof NamedTuple)) {
      const node = keep<YamlSequence>({ kind: 'sequence', tag: 'seq', items: [], anchor: null });
      for (const item of value) node.items.push(this.node(item));
      return node;
    }
    const node = keep<YamlMapping>({
      kind: 'mapping',
      tag: value instanceof PySet ? 'set' : 'map',
      entries: [],
      anchor: null,
    });
    for (const [key, item] of this.#entries(value)) node.entries.push([this.node(key), this.node(item)]);
    return node;
  }

  #entries(value: unknown): (readonly [unknown, unknown])[] {
    const own = value instanceof FieldsObject ? value.fields : value;
    const entries =
      own instanceof PySet
        ? Array.from(iterate(own), (item): [unknown, unknown] => [item, null])
        : isMapping(own)
          ? [...entriesOf(own)]
          : null;
    if (entries === null) throw new PyError('RepresenterError', `cannot represent an object: ${typeName(value)}`);
    return this.#sort ? sorted(entries) : entries;
  }
}

/** Numbers, texts and the empty tuple are written anew each time. */
function isUnshared(value: object): boolean {
  return value instanceof PyFloat || value instanceof Uint8Array || (value instanceof Tuple && value.length === 0);
}

/** In the order of keys and values, as Python sorts pairs; as they are where that has none. */
function sorted(entries: (readonly [unknown, unknown])[]): (readonly [unknown, unknown])[] {
  const order = ([a, x]: readonly [unknown, unknown], [b, y]: readonly [unknown, unknown]): number => {
    const [left, right] = equals(a, b) ? [x, y] : [a, b];
    return compare('<', left, right) ? -1 : compare('<', right, left) ? 1 : 0;
  };
  try {
    return entries.toSorted(order);
  } catch (cause) {
    if (cause instanceof PyError && cause.kind === 'TypeError') return entries;
    throw cause;
  }
}

function scalarOf(value: unknown): YamlScalar | null {
  const scalar = (tag: string, text: string): YamlScalar => ({ kind: 'scalar', tag, text, anchor: null });
  if (value === null) return scalar('null', 'null');
  if (typeof value === 'string') return scalar('str', value);
  if (typeof value === 'boolean') return scalar('bool', String(value));
  if (typeof value === 'bigint' || Number.isInteger(value)) return scalar('int', repr(value));
  if (typeof value === 'number' || value instanceof PyFloat) return scalar('float', floatText(value));
  if (value instanceof Uint8Array) return scalar('binary', base64(value));
  if (value instanceof DateTime) return scalar('timestamp', value.isoText(' ', 'auto'));
  return value instanceof PyDate ? scalar('timestamp', value.__str__()) : null;
}

function floatText(value: number | PyFloat): string {
  const text = repr(value);
  if (text === 'nan') return '.nan';
  if (text.endsWith('inf')) return text.replace('inf', '.inf');
  return text.includes('.') ? text : text.replace('e', '.0e');
}

/** In lines of 76 letters. */
function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('base64')
    .replace(/.{1,76}/g, '$&\n');
}

/** Names the nodes that are met again, in the order in which they are. */
function nameAnchors(root: YamlNode): void {
  const met = new Set<YamlNode>();
  let count = 0;
  const visit = (node: YamlNode): void => {
    if (met.has(node)) {
      if (node.anchor === null) count += 1;
      node.anchor ??= `id${String(count).padStart(3, '0')}`;
      return;
    }
    met.add(node);
    if (node.kind === 'sequence') node.items.forEach(visit);
    if (node.kind === 'mapping') node.entries.flat().forEach(visit);
  };
  visit(root);
}
