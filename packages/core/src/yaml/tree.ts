/** What a YAML document is made of. `anchor`: the name under which it is met again. */
export type YamlNode = YamlScalar | YamlSequence | YamlMapping;

/** A text with the type that it stands for: `str`, `int`, …, and `binary`, which no text says by itself. */
export interface YamlScalar {
  readonly kind: 'scalar';
  readonly tag: string;
  readonly text: string;
  anchor: string | null;
}

export interface YamlSequence {
  readonly kind: 'sequence';
  readonly tag: 'seq';
  readonly items: YamlNode[];
  anchor: string | null;
}

/** A mapping, or a `set` of its keys. */
export interface YamlMapping {
  readonly kind: 'mapping';
  readonly tag: 'map' | 'set';
  readonly entries: (readonly [YamlNode, YamlNode])[];
  anchor: string | null;
}

/** A text, which nothing refers to. */
export function textNode(text: string): YamlScalar {
  return { kind: 'scalar', tag: 'str', text, anchor: null };
}

export function listNode(items: YamlNode[]): YamlSequence {
  return { kind: 'sequence', tag: 'seq', items, anchor: null };
}

/** A mapping of texts to nodes, in the order given. */
export function mappingNode(entries: readonly (readonly [string, YamlNode])[]): YamlMapping {
  return {
    kind: 'mapping',
    tag: 'map',
    entries: entries.map(([key, value]) => [textNode(key), value] as const),
    anchor: null,
  };
}
