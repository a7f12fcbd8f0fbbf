import { PyError } from '../../values/py-error.ts';

/** Python's `re` flags by their letter. */
export const flagBits: Readonly<Record<string, number>> = { i: 2, L: 4, m: 8, s: 16, u: 32, x: 64, a: 256 };

/** Whether a character (a code point) is meant. */
export type Test = (character: number) => boolean;

/** How far a repetition goes: as far as it can, as little as it has to, or as far as it can without giving back. */
export type Greed = 'greedy' | 'lazy' | 'possessive';

/** A place between characters. */
export type Anchor = 'start' | 'lineStart' | 'end' | 'lineEnd' | 'absoluteEnd' | 'boundary' | 'notBoundary';

/** A part of a pattern. */
export type ReNode =
  | { readonly kind: 'one'; readonly test: Test }
  | { readonly kind: 'sequence'; readonly parts: readonly ReNode[] }
  | { readonly kind: 'choice'; readonly branches: readonly ReNode[] }
  | { readonly kind: 'capture'; readonly index: number; readonly body: ReNode }
  | { readonly kind: 'atomic'; readonly body: ReNode }
  | { readonly kind: 'anchor'; readonly anchor: Anchor; readonly isWord: Test }
  /** `back`: how many characters before the place it looks. */
  | { readonly kind: 'look'; readonly back: number; readonly negated: boolean; readonly body: ReNode }
  | { readonly kind: 'back'; readonly index: number; readonly fold: (character: number) => number }
  | { readonly kind: 'condition'; readonly index: number; readonly yes: ReNode; readonly no: ReNode }
  | {
      readonly kind: 'repeat';
      readonly body: ReNode;
      readonly least: number;
      readonly most: number;
      readonly greed: Greed;
    };

/** A pattern that was read. */
export interface ParsedPattern {
  readonly root: ReNode;
  readonly flags: number;
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
}

/** The shortest and longest text that a part can match, in characters. */
export function widthOf(
  node: ReNode,
  groupWidths: ReadonlyMap<number, readonly [number, number]>,
): readonly [number, number] {
  const of = (inner: ReNode): readonly [number, number] => widthOf(inner, groupWidths);
  switch (node.kind) {
    case 'one':
      return [1, 1];
    case 'sequence': {
      const widths = node.parts.map(of);
      return [widths.reduce((sum, [low]) => sum + low, 0), widths.reduce((sum, [, high]) => sum + high, 0)];
    }
    case 'choice': {
      const widths = node.branches.map(of);
      return [Math.min(...widths.map(([low]) => low)), Math.max(...widths.map(([, high]) => high))];
    }
    case 'condition': {
      const [yes, no] = [of(node.yes), of(node.no)];
      return [Math.min(yes[0], no[0]), Math.max(yes[1], no[1])];
    }
    case 'repeat': {
      const [low, high] = of(node.body);
      return [low * node.least, high === 0 ? 0 : high * node.most];
    }
    case 'back':
      return groupWidths.get(node.index) ?? [0, 0];
    case 'capture':
    case 'atomic':
      return of(node.body);
    default:
      return [0, 0];
  }
}

/** Python's `re.error` for a place of a pattern (in characters). */
export function patternError(message: string, pattern: readonly string[], position: number): PyError {
  const words = `${message} at position ${position}`;
  if (!pattern.includes('\n')) return new PyError('error', words);
  const before = pattern.slice(0, position);
  const line = before.filter((character) => character === '\n').length + 1;
  return new PyError('error', `${words} (line ${line}, column ${position - before.lastIndexOf('\n')})`);
}
