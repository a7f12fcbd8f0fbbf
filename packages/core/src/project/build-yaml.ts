import { isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import { deprecated } from '../deprecated.ts';
import { type Diagnostic, error, type Place } from '../diagnostics.ts';
import { type Located, type LocatedChild, located, mappingOf, type PlaceAt } from './located.ts';
import { collectionKeyError } from './yaml-errors.ts';
import { plainScalar, taggedScalar } from './yaml-scalars.ts';

interface Builder {
  readonly text: string;
  readonly placeAt: PlaceAt;
  readonly lineAt: (place: Place) => string;
  readonly diagnostics: Diagnostic[];
  /** Finished nodes by anchor; null while a node is being built: an alias to it would be a circle. */
  readonly anchors: Map<string, Located | null>;
}

const coreTag = /^tag:yaml\.org,2002:(?:map|seq|set|omap|pairs)$/;

/** Turns the nodes of a document into located values, with PyYAML's rules for scalars, aliases, merge keys and duplicate keys. */
export function buildYaml(
  contents: ParsedNode,
  text: string,
  placeAt: PlaceAt,
  lineAt: (place: Place) => string,
): { readonly root: Located | null; readonly diagnostics: readonly Diagnostic[] } {
  const builder: Builder = { text, placeAt, lineAt, diagnostics: [], anchors: new Map() };
  const root = build(contents, builder);
  const broken = builder.diagnostics.some((d) => d.severity === 'error');
  return { root: broken ? null : root, diagnostics: builder.diagnostics };
}

function build(node: unknown, builder: Builder, keyOffset = 0): Located {
  if (isAlias(node)) return alias(node.source, node.range?.[0] ?? keyOffset, builder);
  const anchor = (node as { anchor?: string } | null)?.anchor;
  if (anchor !== undefined) builder.anchors.set(anchor, null);
  const built = buildFresh(node, builder, keyOffset);
  if (anchor !== undefined) builder.anchors.set(anchor, built);
  return built;
}

function buildFresh(node: unknown, builder: Builder, keyOffset: number): Located {
  if (isMap(node)) return buildMap(node, builder);
  if (isSeq(node)) return buildSequence(node, builder);
  if (isScalar(node)) return buildScalar(node, builder, keyOffset);
  return located({ value: null, offset: keyOffset }, builder.placeAt);
}

function alias(name: string, offset: number, builder: Builder): Located {
  const target = builder.anchors.get(name);
  if (target) return target;
  const message =
    target === null ? `The anchor &${name} contains itself.` : `The alias *${name} has no anchor &${name} before it.`;
  report(
    builder,
    offset,
    message,
    'Define the anchor above the alias, or put quotes around a text that begins with `*`.',
  );
  return located({ value: null, offset }, builder.placeAt);
}

function report(builder: Builder, offset: number, message: string, hint: string): void {
  builder.diagnostics.push(error('project/yaml-syntax', message, { place: builder.placeAt(offset), hint }));
}

function buildSequence(node: YAMLSeq, builder: Builder): Located {
  const offset = node.range?.[0] ?? 0;
  checkTag(node.tag, offset, builder);
  const children = new Map<string | number, LocatedChild>();
  const value = node.items.map((item, index) => {
    const built = build(item, builder, offset);
    children.set(index, { keyOffset: rangeStart(item) ?? offset, node: built });
    return built.value;
  });
  return located({ value, offset, children }, builder.placeAt);
}

function buildMap(node: YAMLMap, builder: Builder): Located {
  const offset = node.range?.[0] ?? 0;
  checkTag(node.tag, offset, builder);
  const merged = new Map<string | number, LocatedChild>();
  let otherKey: string | undefined;
  const own = new Map<string | number, LocatedChild>();
  for (const pair of node.items) {
    const keyOffset = rangeStart(pair.key) ?? offset;
    const raw = readKey(pair.key, keyOffset, builder);
    if (raw === undefined) continue;
    const key = String(raw);
    if (typeof raw !== 'string') otherKey ??= key;
    const child = { keyOffset, node: build(pair.value, builder, keyOffset) };
    if (isMergeKey(pair.key)) mergeInto(merged, child, builder);
    else addOwn(own, key, child, builder);
  }
  const children = new Map([...merged, ...own]);
  const value = mappingOf(children);
  if (otherKey !== undefined) otherKeys.set(value, otherKey);
  return located({ value, offset, children }, builder.placeAt);
}

const otherKeys = new WeakMap<object, string>();

/** A key of a mapping as it was read that YAML takes for a number, a truth value or nothing, which it is no more: where dbt wants texts, it refuses it. */
export function keyThatIsNoText(mapping: object): string | undefined {
  return otherKeys.get(mapping);
}

/** A mapping made of another, which stands for it in `keyThatIsNoText`. */
export function madeOf<T extends object>(mapping: object, made: T): T {
  const key = otherKeys.get(mapping);
  if (key !== undefined) otherKeys.set(made, key);
  return made;
}

function addOwn(own: Map<string | number, LocatedChild>, key: string, child: LocatedChild, builder: Builder): void {
  const earlier = own.get(key);
  if (earlier !== undefined) {
    const line = builder.placeAt(earlier.keyOffset).line;
    builder.diagnostics.push(
      deprecated(
        'DuplicateYAMLKeysDeprecation',
        `The key "${key}" stands twice in one mapping (first on line ${line}); the last one counts.`,
        {
          place: builder.placeAt(child.keyOffset),
          hint: 'Remove one of them, or put their contents together.',
        },
      ),
    );
  }
  own.set(key, child);
}

/** PyYAML's `flatten_mapping`: entries of a merged mapping stand first; in a list of mappings the earlier one wins. */
function mergeInto(merged: Map<string | number, LocatedChild>, child: LocatedChild, builder: Builder): void {
  const sources = Array.isArray(child.node.value)
    ? [...child.node.entries()].map(([, item]) => item).reverse()
    : [child.node];
  for (const source of sources) {
    if (typeof source.value !== 'object' || source.value === null || Array.isArray(source.value)) {
      report(
        builder,
        child.keyOffset,
        'The merge key `<<` takes a mapping or a list of mappings.',
        'Give it an alias of a mapping.',
      );
      continue;
    }
    for (const [key, node] of source.entries()) merged.set(key, { keyOffset: child.keyOffset, node });
  }
}

function readKey(key: unknown, offset: number, builder: Builder): unknown {
  if (isScalar(key) || isAlias(key)) return build(key, builder, offset).value;
  if (key === null) return null;
  const place = builder.placeAt(offset);
  builder.diagnostics.push(collectionKeyError(place, builder.lineAt(place)));
  return undefined;
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.value === '<<';
}

function buildScalar(node: Scalar, builder: Builder, keyOffset: number): Located {
  const start = node.range?.[0] ?? keyOffset;
  const text = scalarText(node, builder.text);
  const empty = text === '' && node.type === 'PLAIN';
  const value = scalarValue(node, text, start, builder);
  return located(
    { value, offset: empty ? keyOffset : start, textOffset: empty ? keyOffset : textStart(node, start, builder.text) },
    builder.placeAt,
  );
}

/** A scalar's text, in a file with this text. */
export function scalarText(node: Scalar, file: string): string {
  return endsFile(node, file) ? String(node.value).replace(/\n$/, '') : String(node.value ?? '');
}

/** A block that ends a file without a line end has none either, in PyYAML. */
function endsFile({ range, type }: Scalar, text: string): boolean {
  const isBlock = type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED';
  return isBlock && !text.endsWith('\n') && (range?.[1] ?? 0) >= text.length;
}

function scalarValue(node: Scalar, text: string, offset: number, builder: Builder): unknown {
  if (node.tag === undefined) return node.type === 'PLAIN' ? plainScalar(text) : text;
  if (node.tag === '!') return text;
  const tagged = taggedScalar(node.tag, text);
  if (tagged === undefined)
    report(builder, offset, `The tag ${node.tag} cannot be read here.`, 'Remove it: dbt knows plain YAML values only.');
  return tagged?.value;
}

function textStart(node: Scalar, start: number, text: string): number {
  if (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE') return start + 1;
  if (node.type !== 'BLOCK_LITERAL' && node.type !== 'BLOCK_FOLDED') return start;
  const body = /\n\s*?(?=[^\s])/g;
  body.lastIndex = start;
  const found = body.exec(text);
  return found === null ? start : body.lastIndex;
}

function checkTag(tag: string | undefined, offset: number, builder: Builder): void {
  if (tag !== undefined && !coreTag.test(tag))
    report(builder, offset, `The tag ${tag} cannot be read here.`, 'Remove it: dbt knows plain YAML values only.');
}

function rangeStart(node: unknown): number | undefined {
  return (node as { range?: readonly [number, number, number] | null } | null)?.range?.[0];
}
