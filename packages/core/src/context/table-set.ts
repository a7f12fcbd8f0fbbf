import { MappedSequence } from './mapped-sequence.ts';
import type { ResultTable } from './table.ts';

/** agate's TableSet: what `group_by` gives, the tables of rows that have a value in common. */
export class TableSet extends MappedSequence {
  override readonly __type__ = 'agate.tableset.TableSet';
  readonly #facts: Readonly<Record<string, unknown>>;
  readonly #text: string;

  /** `facts`: what it answers beside; `text`: what it prints. */
  constructor(
    groups: ReadonlyMap<unknown, ResultTable>,
    facts: Readonly<Record<'key_name' | 'key_type' | 'column_names' | 'column_types', unknown>>,
    text: string,
  ) {
    super(groups.values(), [...groups.keys()]);
    this.#facts = facts;
    this.#text = text;
  }

  override __getattr__(name: string): unknown {
    return Object.hasOwn(this.#facts, name) ? this.#facts[name] : super.__getattr__(name);
  }

  override __repr__(): string {
    return this.#text;
  }
}
