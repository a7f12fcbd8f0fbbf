import { escaped, plainType, type ScalarTraits, traitsOf } from './scalar.ts';
import type { YamlMapping, YamlNode, YamlScalar, YamlSequence } from './tree.ts';

const width = 80;
const step = 2;
/** Keys of that many characters, with their tags, get a question mark. */
const longKey = 128;

/** Where a node stands: a value or key of a mapping, and whether the key is written on the line of its value. */
interface Place {
  readonly inMapping: boolean;
  readonly isSimpleKey: boolean;
}

const alone: Place = { inMapping: false, isSimpleKey: false };
const inMapping: Place = { inMapping: true, isSimpleKey: false };
const asKey: Place = { inMapping: true, isSimpleKey: true };

/** Whether lists in mappings stand deeper than their keys. PyYAML's own way is false. */
export interface EmitOptions {
  readonly indentsLists?: boolean;
}

/** Writes nodes as PyYAML's `safe_dump` does: in blocks, lines of some 80 characters, ASCII alone. */
export function emitYaml(root: YamlNode, options: EmitOptions = {}): string {
  return new Emitter(options).document(root);
}

class Emitter {
  readonly #parts: string[] = [];
  #column = 0;
  #indent: number | null = null;
  /** Whether white space was written last, and whether nothing but indention is on the line. */
  #isSpaced = true;
  #isIndention = true;
  readonly #anchored = new Set<YamlNode>();
  readonly #options: EmitOptions;

  constructor(options: EmitOptions) {
    this.#options = options;
  }

  document(root: YamlNode): string {
    this.#node(root, alone);
    this.#newLine();
    // A document that is a scalar without quotes says where it ends.
    if (root.kind === 'scalar' && this.#style(root, alone) === 'plain') this.#parts.push('...\n');
    return this.#parts.join('');
  }

  #write(text: string): void {
    this.#parts.push(text);
    this.#column += text.length;
  }

  #indicator(text: string, isApart: boolean, isSpaced: boolean = false, keepsIndention: boolean = false): void {
    this.#write(this.#isSpaced || !isApart ? text : ` ${text}`);
    this.#isSpaced = isSpaced;
    this.#isIndention = this.#isIndention && keepsIndention;
  }

  #lineBreak(text: string = '\n'): void {
    this.#parts.push(text);
    this.#isSpaced = true;
    this.#isIndention = true;
    this.#column = 0;
  }

  #newLine(): void {
    const indent = this.#indent ?? 0;
    const isBehind = this.#column > indent || (this.#column === indent && !this.#isSpaced);
    if (!this.#isIndention || isBehind) this.#lineBreak();
    if (this.#column >= indent) return;
    this.#isSpaced = true;
    this.#write(' '.repeat(indent - this.#column));
  }

  /** Runs with a deeper indent; `first` is the outermost. */
  #inside(first: number, by: number, run: () => void): void {
    const outer = this.#indent;
    this.#indent = outer === null ? first : outer + by;
    run();
    this.#indent = outer;
  }

  #node(node: YamlNode, place: Place): void {
    if (this.#isMet(node)) {
      this.#indicator(`*${node.anchor}`, true);
      return;
    }
    this.#anchored.add(node);
    if (node.anchor !== null) this.#indicator(`&${node.anchor}`, true);
    if (node.tag === 'set') this.#indicator('!!set', true);
    if (node.kind === 'scalar') this.#scalar(node, place);
    else if (isEmpty(node)) this.#empty(node.kind === 'sequence' ? '[]' : '{}');
    else if (node.kind === 'sequence') this.#sequence(node, place);
    else this.#mapping(node);
  }

  #isMet(node: YamlNode): boolean {
    return node.anchor !== null && this.#anchored.has(node);
  }

  #empty(brackets: string): void {
    this.#indicator(brackets.charAt(0), true, true);
    this.#indicator(brackets.charAt(1), false);
  }

  #sequence(node: YamlSequence, place: Place): void {
    const isFlat = place.inMapping && !this.#isIndention && this.#options.indentsLists !== true;
    this.#inside(0, isFlat ? 0 : step, () => {
      for (const item of node.items) {
        this.#newLine();
        this.#indicator('-', true, false, true);
        this.#node(item, alone);
      }
    });
  }

  #mapping(node: YamlMapping): void {
    this.#inside(0, step, () => {
      for (const [key, value] of node.entries) {
        this.#newLine();
        if (this.#isSimpleKey(key)) {
          this.#node(key, asKey);
          this.#indicator(':', false);
        } else {
          this.#indicator('?', true, false, true);
          this.#node(key, inMapping);
          this.#newLine();
          this.#indicator(':', true, false, true);
        }
        this.#node(value, inMapping);
      }
    });
  }

  #isSimpleKey(key: YamlNode): boolean {
    const anchor = key.anchor?.length ?? 0;
    if (this.#isMet(key)) return anchor < longKey;
    const size = anchor + key.tag.length + 2;
    if (key.kind !== 'scalar') return isEmpty(key) && size < longKey;
    return size + Array.from(key.text).length < longKey && key.text !== '' && !traitsOf(key.text).isMultiline;
  }

  #style(node: YamlScalar, place: Place): 'plain' | 'single' | 'double' | 'literal' {
    const traits: ScalarTraits = traitsOf(node.text);
    const isRefused = place.isSimpleKey && (node.text === '' || traits.isMultiline);
    if (node.tag === 'binary') return traits.allowsBlock && !place.isSimpleKey ? 'literal' : 'double';
    if (plainType(node.text) === node.tag && !isRefused && traits.allowsPlain) return 'plain';
    return traits.allowsSingleQuotes && !(place.isSimpleKey && traits.isMultiline) ? 'single' : 'double';
  }

  #scalar(node: YamlScalar, place: Place): void {
    if (node.tag === 'binary') this.#indicator('!!binary', true);
    const style = this.#style(node, place);
    const mayFold = !place.isSimpleKey;
    this.#inside(step, step, () => {
      if (style === 'plain') this.#plain(node.text, mayFold);
      else if (style === 'single') this.#single(node.text, mayFold);
      else if (style === 'double') this.#double(node.text, mayFold);
      else this.#literal(node.text);
    });
  }

  #plain(text: string, mayFold: boolean): void {
    if (!this.#isSpaced) this.#write(' ');
    this.#isSpaced = false;
    this.#isIndention = false;
    this.#words(text, mayFold, () => {
      this.#isSpaced = false;
      this.#isIndention = false;
    });
  }

  /** Writes words; a single space between two becomes a line's end once the line is full. */
  #words(text: string, mayFold: boolean, folded: () => void): void {
    for (const [piece] of text.matchAll(/ +|[\n\x85\u2028\u2029]+|[^ \n\x85\u2028\u2029]+/g)) {
      if (piece === ' ' && mayFold && this.#column > width) {
        this.#newLine();
        folded();
      } else if (/^[\n\x85\u2028\u2029]/.test(piece)) {
        if (piece.startsWith('\n')) this.#lineBreak();
        for (const mark of piece) this.#lineBreak(mark);
        this.#newLine();
      } else this.#write(piece);
    }
  }

  #single(text: string, mayFold: boolean): void {
    this.#indicator("'", true);
    // The spaces at both ends are not where a line may end.
    const [, before = '', middle = '', after = ''] = /^( *)(.*?)( *)$/s.exec(text.replaceAll("'", "''")) ?? [];
    this.#write(before);
    this.#words(middle, mayFold, () => undefined);
    this.#write(after);
    this.#indicator("'", false);
  }

  #double(text: string, mayFold: boolean): void {
    this.#indicator('"', true);
    const characters = Array.from(text);
    let pending = '';
    characters.forEach((character, at) => {
      const mark = escaped(character);
      if (mark !== null) {
        this.#write(pending + mark);
        pending = '';
      }
      const isInside = at > 0 && at < characters.length - 1;
      const mayBreak = isInside && (character === ' ' || mark !== null) && mayFold;
      if (mayBreak && this.#column + pending.length > width) {
        this.#write(`${pending}\\`);
        pending = '';
        this.#newLine();
        this.#isSpaced = false;
        this.#isIndention = false;
        const next = mark === null ? character : (characters[at + 1] ?? '');
        if (next === ' ') this.#write('\\');
      }
      if (mark === null) pending += character;
    });
    this.#write(pending);
    this.#indicator('"', false);
  }

  #literal(text: string): void {
    this.#indicator('|', true);
    this.#lineBreak();
    for (const line of text.trimEnd().split('\n')) {
      this.#newLine();
      this.#write(line);
      this.#lineBreak();
    }
  }
}

function isEmpty(node: YamlSequence | YamlMapping): boolean {
  return node.kind === 'sequence' ? node.items.length === 0 : node.entries.length === 0;
}
