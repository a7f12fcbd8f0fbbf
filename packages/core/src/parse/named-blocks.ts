import { placeOf, type TemplateSource } from '../context/origin.ts';
import { type Diagnostic, error } from '../diagnostics.ts';
import { blockMistakes, strayBlocks } from './stray-blocks.ts';
import { type TopBlock, type TopBlocks, topBlocks } from './top-blocks.ts';

/** A `{% snapshot name %}` or `{% docs name %}` block: its name and its content. */
export interface NamedBlock {
  readonly name: string;
  readonly source: TemplateSource;
}

export interface NamedBlocks {
  readonly blocks: readonly NamedBlock[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The snapshot blocks of a file. Findings: what cannot be read, and what stands beside them. */
export function snapshotBlocks(text: string, file: string): NamedBlocks {
  const found = topBlocks(text, ['snapshot']);
  const { blocks, diagnostics } = namedBlocks(found, text, file);
  return { blocks, diagnostics: [...strayBlocks(found, text, file), ...diagnostics] };
}

/** The docs blocks of a Markdown file, their content without white space around it. Findings: what cannot be read. */
export function docsBlocks(text: string, file: string): NamedBlocks {
  return namedBlocks(topBlocks(text, ['docs']), text, file, (content) => content.trim());
}

function namedBlocks(
  found: TopBlocks,
  text: string,
  file: string,
  cut = (content: string): string => content,
): NamedBlocks {
  const diagnostics = [...blockMistakes(found, text, file)];
  const blocks = found.blocks.flatMap((block) => {
    if (block.name !== undefined) return [{ name: block.name, source: contentOf(block, text, file, cut) }];
    const message = `This {% ${block.tag} %} has no name.`;
    const place = placeOf(text, text.indexOf('{%', block.start), file);
    diagnostics.push(error('jinja/syntax', message, { place, hint: `Write {% ${block.tag} some_name %}.` }));
    return [];
  });
  return { blocks, diagnostics };
}

function contentOf(
  { bodyStart, bodyEnd }: TopBlock,
  text: string,
  file: string,
  cut: (content: string) => string,
): TemplateSource {
  const content = text.slice(bodyStart, bodyEnd);
  const code = cut(content);
  return { code, origin: placeOf(text, bodyStart + content.indexOf(code), file) };
}
