import { isAlias, isMap, isScalar, isSeq, type Scalar, type YAMLMap } from 'yaml';
import { DateTime, FixedZone, PyDate, secondsDelta } from '../jinja/modules/index.ts';
import { Dict, PySet, Tuple } from '../jinja/values/index.ts';
import { scalarText } from '../project/build-yaml.ts';
import { parsedYaml, yamlLines } from '../project/yaml-line-ends.ts';
import { isYamlTime, plainScalar, taggedScalar, timeOf } from '../project/yaml-scalars.ts';

/** What PyYAML's SafeLoader makes of a text for a template: dicts with keys of any type, dates, sets, bytes. Throws for what it cannot read. */
export function valueOfYaml(given: string): unknown {
  if (unprintable.test(given)) throw new Error('unacceptable character: special characters are not allowed');
  const text = withLineEnds(given);
  const document = parsedYaml(text);
  const [problem] = document.errors;
  if (problem !== undefined) throw problem;
  return document.contents === null ? null : new Constructor(text).value(document.contents);
}

/** Characters that no YAML may have. */
const unprintable = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** The lines of a text; what a separator inside of a scalar has around it does not count. */
function withLineEnds(given: string): string {
  const { text, isInside } = yamlLines(given);
  return isInside ? text.replace(/[ \t]*([\u2028\u2029])[ \t]*/g, '$1') : text;
}

const core = 'tag:yaml.org,2002:';

class Constructor {
  readonly #text: string;
  readonly #anchors = new Map<string, unknown>();

  constructor(text: string) {
    this.#text = text;
  }

  value(node: unknown): unknown {
    if (isAlias(node)) {
      if (!this.#anchors.has(node.source)) throw new Error(`no anchor ${node.source}`);
      return this.#anchors.get(node.source);
    }
    const made = this.#fresh(node);
    this.#name(node, made);
    return made;
  }

  /** Lists and dicts may hold themselves. */
  #name<T>(node: unknown, made: T): T {
    const anchor = (node as { readonly anchor?: string } | null)?.anchor;
    if (anchor !== undefined) this.#anchors.set(anchor, made);
    return made;
  }

  #fresh(node: unknown): unknown {
    if (isScalar(node)) return this.#scalar(node);
    if (isMap(node)) return this.#mapping(node);
    if (!isSeq(node)) return null;
    if (node.tag === undefined || node.tag === `${core}seq`) {
      const list: unknown[] = this.#name(node, []);
      for (const item of node.items) list.push(this.value(item));
      return list;
    }
    if (node.tag !== `${core}omap` && node.tag !== `${core}pairs`) throw unknown(node.tag);
    return node.items.map((item) => {
      const [pair, more] = isMap(item) ? item.items : [];
      if (pair === undefined || more !== undefined) throw new Error('a pair is one key and its value');
      return Tuple.of(this.value(pair.key), this.value(pair.value));
    });
  }

  #mapping(node: YAMLMap): unknown {
    if (node.tag === `${core}set`) return new PySet(node.items.map(({ key }) => this.value(key)));
    if (node.tag !== undefined && node.tag !== `${core}map`) throw unknown(node.tag);
    const made = this.#name(node, new Dict());
    // Anchors of values may stand in a mapping that is merged further up.
    const own = node.items.filter(({ key }) => !isMergeKey(key));
    for (const { key, value } of node.items) if (isMergeKey(key)) this.#merge(made, value);
    for (const { key, value } of own) made.set(this.value(key), this.value(value));
    return made;
  }

  #merge(into: Dict, node: unknown): void {
    const given = this.value(node);
    const sources = Array.isArray(given) && !(given instanceof Tuple) ? [...given].reverse() : [given];
    for (const source of sources) {
      if (!(source instanceof Dict)) throw new Error('only mappings are merged');
      for (const [key, value] of source.entries()) into.set(key, value);
    }
  }

  #scalar(node: Scalar): unknown {
    const text = scalarText(node, this.#text);
    if (node.tag === `${core}binary`) return bytesOf(text);
    const isTime = node.tag === undefined ? node.type === 'PLAIN' && isYamlTime(text) : node.tag === `${core}timestamp`;
    if (isTime) return timeValue(text);
    if (node.tag === '!' || (node.tag === undefined && node.type !== 'PLAIN')) return text;
    if (node.tag === undefined) {
      if (text === '=' || text === '<<') throw unknown(text);
      return plainScalar(text);
    }
    const tagged = taggedScalar(node.tag, text);
    if (tagged === undefined) throw unknown(node.tag);
    return tagged.value;
  }
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.value === '<<';
}

function timeValue(text: string): unknown {
  const time = timeOf(text);
  if (time === undefined) throw unknown('timestamp');
  const { clock, date, offset } = time;
  if (clock === undefined) return PyDate.of(date);
  return DateTime.at(date, clock, offset === undefined ? null : new FixedZone(secondsDelta(offset)));
}

function bytesOf(text: string): Uint8Array {
  if (!/^[A-Za-z0-9+/=\s]*$/.test(text)) throw new Error('no base64');
  return new Uint8Array(Buffer.from(text, 'base64'));
}

function unknown(tag: string): Error {
  return new Error(`could not determine a constructor for the tag ${tag}`);
}
