import { XMLParser } from 'fast-xml-parser';

const parser = new XMLParser({
  parseTagValue: false,
  trimValues: false,
  isArray: (name) => name === 'Contents' || name === 'CommonPrefixes',
});

/** An XML document of S3 as nested records of texts, without its outermost element. */
export function readXml(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const document: unknown = parser.parse(new TextDecoder().decode(bytes));
  const [, root] = Object.entries(document as object).find(([name]) => !name.startsWith('?')) ?? [];
  return (root ?? {}) as Readonly<Record<string, unknown>>;
}

/** The text of the first element of a name. For error documents, which may come from anything on the way. */
export function xmlText(text: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
}
