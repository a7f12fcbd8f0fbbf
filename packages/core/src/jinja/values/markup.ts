import { replaceEach } from './large-text.ts';
import { strRepr, toStr } from './repr.ts';
import { elementAt } from './sequence.ts';
import { TextValue } from './text-value.ts';
import { refuseText } from './work.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&#39;',
  '"': '&#34;',
};

/** Replaces the characters that mean something in HTML. */
export function escapeHtml(text: string): string {
  const escaped = replaceEach(text, /[&<>'"]/g, (character) => entities[character] ?? character);
  refuseText(escaped.length);
  return escaped;
}

/** A text that is safe in HTML (markupsafe's Markup): what joins it is escaped first. */
export class Markup extends TextValue {
  readonly __type__ = 'markupsafe.Markup';

  __repr__(): string {
    return `Markup(${strRepr(this.text)})`;
  }

  override __getitem__(key: unknown): unknown {
    const character = elementAt(this.text, key);
    return typeof character === 'string' ? new Markup(character) : undefined;
  }
}

/** A value as Markup: its text escaped, unless it is Markup already. */
export function escaped(value: unknown): Markup {
  return value instanceof Markup ? value : new Markup(escapeHtml(toStr(value)));
}

/** The text of a value where Jinja escapes: of Markup its own, of any other value its escaped text. */
export function escapedText(value: unknown): string {
  return value instanceof Markup ? value.text : escapeHtml(toStr(value));
}
