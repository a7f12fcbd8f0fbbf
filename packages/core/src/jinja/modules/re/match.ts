import { rawFunction } from '../../values/call-value.ts';
import { Dict } from '../../values/dict.ts';
import type { Keywords } from '../../values/host-object.ts';
import { textLength } from '../../values/iterate.ts';
import { typeError } from '../../values/py-error.ts';
import { repr } from '../../values/repr.ts';
import { bindArguments, signature } from '../../values/signature.ts';
import { Tuple } from '../../values/tuple.ts';
import type { Pattern } from './pattern.ts';
import { expandTemplate } from './replacement.ts';

/** A match of Python's `re`. Positions that templates see count code points. */
export class Match {
  readonly __type__ = 're.Match';
  readonly text: string;
  readonly startUnit: number;
  readonly endUnit: number;
  readonly pattern: Pattern;
  readonly #found: RegExpExecArray;
  readonly #subject: string;

  constructor(found: RegExpExecArray, pattern: Pattern, subject: string) {
    this.#found = found;
    this.pattern = pattern;
    this.#subject = subject;
    this.text = found[0];
    this.startUnit = found.index;
    this.endUnit = found.index + found[0].length;
  }

  /** A group's text by number or name, null if it took no part. Throws IndexError. */
  group(group: unknown): string | null {
    return this.#found[this.pattern.groupIndex(group)] ?? null;
  }

  /** The texts of all groups but the whole. */
  groups(missing: unknown): unknown[] {
    return this.#found.slice(1).map((text) => text ?? missing);
  }

  /** Where a group begins and ends, (-1, -1) if it took no part. */
  span(group: unknown): [number, number] {
    const span = this.#found.indices?.[this.pattern.groupIndex(group)];
    if (span === undefined) return [-1, -1];
    return [textLength(this.#subject.slice(0, span[0])), textLength(this.#subject.slice(0, span[1]))];
  }

  __getitem__(key: unknown): unknown {
    return this.group(key);
  }

  __getattr__(name: string): unknown {
    if (name === 'string') return this.#subject;
    if (name === 're') return this.pattern;
    if (name === 'pos') return 0;
    if (name === 'endpos') return textLength(this.#subject);
    if (name === 'lastindex') return this.#lastIndex();
    if (name === 'lastgroup') return this.#lastGroup();
    const method = methods[name];
    return method === undefined ? undefined : rawFunction(name, (args, kwargs) => method(this, args, kwargs));
  }

  #lastIndex(): number | null {
    let last: number | null = null;
    let end = -1;
    this.#found.indices?.slice(1).forEach((span, i) => {
      if (span === undefined || span[1] <= end) return;
      last = i + 1;
      end = span[1];
    });
    return last;
  }

  #lastGroup(): string | null {
    const last = this.#lastIndex();
    return [...this.pattern.translation.names].find(([, index]) => index === last)?.[0] ?? null;
  }

  __repr__(): string {
    const [start, end] = this.span(0);
    return `<re.Match object; span=(${start}, ${end}), match=${repr(this.text)}>`;
  }
}

type MatchMethod = (self: Match, args: readonly unknown[], kwargs: Keywords | null) => unknown;

const withDefault = signature('groups', [{ name: 'default', default: null }]);

function oneGroup(name: string, run: (self: Match, group: unknown) => unknown): MatchMethod {
  return (self, args) => {
    if (args.length > 1) throw typeError(`${name} expected at most 1 argument, got ${args.length}`);
    return run(self, args[0] ?? 0);
  };
}

const methods: Readonly<Record<string, MatchMethod>> = {
  group: (self, args) =>
    args.length < 2 ? self.group(args[0] ?? 0) : Tuple.from(args.map((group) => self.group(group))),
  groups: (self, args, kwargs) => Tuple.from(self.groups(bindArguments(withDefault, args, kwargs)[0])),
  groupdict: (self, args, kwargs) => {
    const [missing] = bindArguments(withDefault, args, kwargs);
    return new Dict([...self.pattern.translation.names.keys()].map((name) => [name, self.group(name) ?? missing]));
  },
  start: oneGroup('start', (self, group) => self.span(group)[0]),
  end: oneGroup('end', (self, group) => self.span(group)[1]),
  span: oneGroup('span', (self, group) => Tuple.from(self.span(group))),
  expand: (self, [template]) => expandTemplate(String(template), self),
};
