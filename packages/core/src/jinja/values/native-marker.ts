import { strRepr } from './repr.ts';
import { TextValue } from './text-value.ts';

/** What dbt's `as_…` filters ask of a native render: to keep text as text, or to read it as a literal. */
export type NativeKind = 'text' | 'bool' | 'native' | 'number';

const classNames: Readonly<Record<NativeKind, string>> = {
  text: 'TextMarker',
  bool: 'BoolMarker',
  native: 'NativeMarker',
  number: 'NumberMarker',
};

/** Text marked by one of dbt's `as_…` filters. */
export class NativeMarker extends TextValue {
  readonly kind: NativeKind;

  constructor(kind: NativeKind, text: string) {
    super(text);
    this.kind = kind;
  }

  get __type__(): string {
    return `dbt_common.clients.jinja.${classNames[this.kind]}`;
  }

  __repr__(): string {
    return strRepr(this.text);
  }
}
