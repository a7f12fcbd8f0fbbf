import { XMLParser } from 'fast-xml-parser';

/** What may stand once in a listing, or many times: S3's names, and Azure's. */
const lists = new Set(['Contents', 'CommonPrefixes', 'Blob', 'BlobPrefix']);

const parser = new XMLParser({
  parseTagValue: false,
  trimValues: false,
  isArray: (name) => lists.has(name),
});

/** An XML document of a server as nested records of texts, without its outermost element. */
export function readXml(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const document: unknown = parser.parse(new TextDecoder().decode(bytes));
  const [, root] = Object.entries(document as object).find(([name]) => !name.startsWith('?')) ?? [];
  return (root ?? {}) as Readonly<Record<string, unknown>>;
}

/** The text of the first element of a name. For error documents, which may come from anything on the way. */
export function xmlText(text: string, name: string): string | undefined {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
  return found?.replace(/&(#(\d{1,6})|#x([\da-f]{1,5})|\w+);/gi, (all, _, decimal: string, hex: string) => {
    const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
    return Number.isNaN(code) ? (entities[all] ?? all) : String.fromCodePoint(Math.min(code, 0x10ffff));
  });
}

const entities: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&quot;': '"',
  '&apos;': "'",
};
