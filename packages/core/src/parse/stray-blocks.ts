import { placeOf } from '../context/origin.ts';
import { deprecated } from '../deprecated.ts';
import { type Diagnostic, error } from '../diagnostics.ts';
import type { TopBlocks } from './top-blocks.ts';

/** Tags outside the blocks that a file is read for: they do nothing, and dbt calls them deprecated, one by one. */
export function strayBlocks({ strays }: TopBlocks, text: string, file: string): readonly Diagnostic[] {
  return strays.map(({ tag, start }) => {
    const message = `The tag "${tag}" stands outside of all blocks that are read here: it does nothing, and is deprecated in dbt.`;
    const hint = 'Move it into a macro, or delete it.';
    const place = placeOf(text, text.indexOf('{%', start), file);
    return deprecated('UnexpectedJinjaBlockDeprecation', message, { place, hint });
  });
}

/** What of a file's blocks cannot be read. */
export function blockMistakes({ mistake }: TopBlocks, text: string, file: string): readonly Diagnostic[] {
  if (mistake === undefined) return [];
  const { message, hint, index } = mistake;
  const place = placeOf(text, index + text.slice(index).search(/\S/), file);
  return [error('jinja/syntax', message, { place, hint })];
}

/** A file of macros with white space in the place of all that stands outside of them, which dbt never reads: every position stays. */
export function macrosAlone({ blocks }: TopBlocks, text: string): string {
  let shown = '';
  for (const { start, end } of blocks) shown += blank(text.slice(shown.length, start)) + text.slice(start, end);
  return shown + blank(text.slice(shown.length));
}

function blank(text: string): string {
  return text.replaceAll(/[^\n\r]/g, ' ');
}
