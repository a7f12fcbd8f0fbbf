import { placeOf, type TemplateSource } from '../context/origin.ts';
import type { Place } from '../diagnostics.ts';

/** A `{% snapshot name %}` block: its name and its content. */
export interface NamedBlock {
  readonly name: string;
  readonly source: TemplateSource;
}

/** The snapshot blocks of a file. */
export function snapshotBlocks(text: string, file: string): NamedBlock[] {
  return namedBlocks('snapshot', text, file, (content) => content);
}

/** The docs blocks of a Markdown file, their content without white space around it. */
export function docsBlocks(text: string, file: string): NamedBlock[] {
  return namedBlocks('docs', text, file, (content) => content.trim());
}

/** The tags that open a docs block and that nothing closes. */
export function unclosedDocs(text: string, file: string): { readonly name: string; readonly place: Place }[] {
  const found: { readonly name: string; readonly place: Place }[] = [];
  let open: { readonly name: string; readonly place: Place } | undefined;
  for (const match of text.matchAll(/\{%[-+]?\s*(?:docs\s+([A-Za-z_]\w*)|(enddocs))\s*[-+]?%\}/g)) {
    const [, name, end] = match;
    if (open !== undefined && end === undefined) found.push(open);
    open = name === undefined ? undefined : { name, place: placeOf(text, match.index, file) };
  }
  return open === undefined ? found : [...found, open];
}

function namedBlocks(tag: string, text: string, file: string, cut: (content: string) => string): NamedBlock[] {
  // White space beside `-%}` and `{%-` belongs to the tag.
  const pattern = new RegExp(
    `\\{%[-+]?\\s*${tag}\\s+([A-Za-z_]\\w*)\\s*(?:-%\\}\\s*|\\+?%\\})([\\s\\S]*?)(?:\\s*\\{%-|\\{%\\+?)\\s*end${tag}\\s*[-+]?%\\}`,
    'dg',
  );
  const blocks: NamedBlock[] = [];
  for (const match of text.matchAll(pattern)) {
    const [, name = '', content = ''] = match;
    const code = cut(content);
    const offset = (match.indices?.[2]?.[0] ?? match.index) + content.indexOf(code);
    blocks.push({ name, source: { code, origin: placeOf(text, offset, file) } });
  }
  return blocks;
}
