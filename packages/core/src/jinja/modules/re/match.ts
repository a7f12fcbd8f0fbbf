import { Dict } from '../../values/dict.ts';
import type { Keywords } from '../../values/host-object.ts';
import { escapeHtml, Markup } from '../../values/markup.ts';
import { typeError } from '../../values/py-error.ts';
import { repr } from '../../values/repr.ts';
import { bindArguments, optional, signature } from '../../values/signature.ts';
import { plainText } from '../../values/text-value.ts';
import { Tuple } from '../../values/tuple.ts';
import { typeName } from '../../values/type-name.ts';
import { boundFunction } from '../python-class.ts';
import type { Pattern } from './pattern.ts';
import { readTemplate } from './replacement.ts';
import { type Subject, textBetween } from './subject.ts';

/** A match of Python's `re`. Positions that templates see count code points. */
export class Match {
  readonly __type__ = 're.Match';
  readonly pattern: Pattern;
  /** Begin and end of each group, below zero for one that took no part. */
  readonly #spans: readonly number[];
  /** The group that was closed last, below zero without any. */
  readonly #last: number;
  readonly #subject: Subject;

  constructor(spans: readonly number[], last: number, pattern: Pattern, subject: Subject) {
    this.#spans = spans;
    this.#last = last;
    this.pattern = pattern;
    this.#subject = subject;
  }

  get from(): number {
    return this.#spans[0] ?? 0;
  }

  get to(): number {
    return this.#spans[1] ?? 0;
  }

  /** What pieces of a text around its groups are joined to: of Markup, escaped. */
  joined(pieces: readonly string[]): string | Markup {
    const text = pieces.join('');
    return this.#subject.given instanceof Markup ? new Markup(pieces.map(escapeHtml).join('')) : text;
  }

  /** A group's text by number or name, null if it took no part. Throws IndexError. */
  group(group: unknown): string | null {
    const [from, to] = this.span(group);
    return from < 0 ? null : textBetween(this.#subject, from, to);
  }

  /** The texts of all groups but the whole. */
  groups(missing: unknown): unknown[] {
    return Array.from({ length: this.pattern.parsed.groups }, (_, i) => this.group(i + 1) ?? missing);
  }

  /** Where a group begins and ends, (-1, -1) if it took no part. */
  span(group: unknown): [number, number] {
    const slot = this.pattern.groupIndex(group) * 2;
    const [from = -1, to = -1] = [this.#spans[slot], this.#spans[slot + 1]];
    return to < 0 ? [-1, -1] : [from, to];
  }

  __getitem__(key: unknown): unknown {
    return this.group(key);
  }

  __getattr__(name: string): unknown {
    if (name === 'string') return this.#subject.given;
    if (name === 're') return this.pattern;
    if (name === 'pos') return this.#subject.start;
    if (name === 'endpos') return this.#subject.end;
    if (name === 'lastindex') return this.#last < 0 ? null : this.#last;
    if (name === 'regs') return Tuple.from(this.#regs());
    if (name === 'lastgroup') return this.#lastGroup();
    const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
    return method === undefined ? undefined : boundFunction(this, name, (args, kwargs) => method(this, args, kwargs));
  }

  #lastGroup(): string | null {
    return [...this.pattern.parsed.names].find(([, index]) => index === this.#last)?.[0] ?? null;
  }

  #regs(): Tuple[] {
    return Array.from({ length: this.pattern.parsed.groups + 1 }, (_, i) => Tuple.from(this.span(i)));
  }

  __repr__(): string {
    const [start, end] = this.span(0);
    return `<re.Match object; span=(${start}, ${end}), match=${repr(this.group(0))}>`;
  }
}

type MatchMethod = (self: Match, args: readonly unknown[], kwargs: Keywords | null) => unknown;

const withDefault = signature('groups', [optional('default')]);
const withTemplate = signature('expand', ['template']);

function oneGroup(name: string, run: (self: Match, group: unknown) => unknown): MatchMethod {
  return (self, args) => {
    if (args.length > 1) throw typeError(`${name} expected at most 1 argument, got ${args.length}`);
    return run(self, args.length === 0 ? 0 : args[0]);
  };
}

const methods: Readonly<Record<string, MatchMethod>> = {
  group: (self, args) =>
    args.length < 2 ? self.group(args.length === 0 ? 0 : args[0]) : Tuple.from(args.map((group) => self.group(group))),
  groups: (self, args, kwargs) => Tuple.from(self.groups(bindArguments(withDefault, args, kwargs)[0])),
  groupdict: (self, args, kwargs) => {
    const [missing] = bindArguments(withDefault, args, kwargs);
    return new Dict([...self.pattern.parsed.names.keys()].map((name) => [name, self.group(name) ?? missing]));
  },
  start: oneGroup('start', (self, group) => self.span(group)[0]),
  end: oneGroup('end', (self, group) => self.span(group)[1]),
  span: oneGroup('span', (self, group) => Tuple.from(self.span(group))),
  expand: (self, args, kwargs) => {
    const template = plainText(bindArguments(withTemplate, args, kwargs)[0]);
    if (typeof template === 'string') return self.joined(readTemplate(template, self.pattern).pieces(self));
    if (template instanceof Uint8Array && template.length === 0) return '';
    throw typeError(`decoding to str: need a bytes-like object, ${typeName(template)} found`);
  },
};
