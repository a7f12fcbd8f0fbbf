/** What dbt's `as_…` filters ask of a native render: to keep text as text, or to read it as a literal. */
export type NativeKind = 'text' | 'bool' | 'native' | 'number';

/** Text marked by one of dbt's `as_…` filters. It prints as its text. */
export class NativeMarker {
  readonly __type__ = 'str';
  readonly kind: NativeKind;
  readonly text: string;

  constructor(kind: NativeKind, text: string) {
    this.kind = kind;
    this.text = text;
  }

  __str__(): string {
    return this.text;
  }

  __eq__(other: unknown): boolean {
    return other instanceof NativeMarker ? other.text === this.text : other === this.text;
  }

  __hash__(): string {
    return this.text;
  }

  __len__(): number {
    return this.text.length;
  }
}
