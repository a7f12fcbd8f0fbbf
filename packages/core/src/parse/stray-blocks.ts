import { placeOf } from '../context/origin.ts';
import { deprecated } from '../deprecated.ts';
import type { Diagnostic } from '../diagnostics.ts';

/** Tags that dbt reads at the top of a file of macros, or of snapshots. Anything else there is never rendered. */
const read = { macro: ['macro', 'materialization', 'test', 'data_test'], snapshot: ['snapshot'] } as const;

const pieces =
  /\{#[\s\S]*?#\}|\{\{[\s\S]*?\}\}|\{%[-+]?\s*raw\s*[-+]?%\}[\s\S]*?\{%[-+]?\s*endraw\s*[-+]?%\}|\{%[-+]?\s*(\w+)/g;

/** Tags outside the blocks that a file is read for: they do nothing, and dbt calls them deprecated, one by one. */
export function strayBlocks(text: string, file: string, kind: keyof typeof read): readonly Diagnostic[] {
  const blocks: readonly string[] = read[kind];
  const found: Diagnostic[] = [];
  let open: string | undefined;
  for (const { 1: tag, index } of text.matchAll(pieces)) {
    if (tag === undefined) continue;
    if (open !== undefined) open = tag === `end${open}` ? undefined : open;
    else if (blocks.includes(tag)) open = tag;
    else found.push(stray(tag, text, index, file));
  }
  return found;
}

/**
 * A file of macros with white space in the place of all that stands outside of them, which dbt never reads: every position stays. Undefined where a macro has
 * no end.
 */
export function macrosAlone(text: string): string | undefined {
  let shown = '';
  let open: { readonly tag: string; readonly start: number } | undefined;
  for (const { 1: tag, index } of text.matchAll(pieces)) {
    if (tag === undefined) continue;
    if (open === undefined && read.macro.some((one) => one === tag)) open = { tag, start: index };
    else if (open !== undefined && tag === `end${open.tag}`) {
      const end = text.indexOf('%}', index) + 2;
      shown += blank(text.slice(shown.length, open.start)) + text.slice(open.start, end);
      open = undefined;
    }
  }
  return open === undefined ? shown + blank(text.slice(shown.length)) : undefined;
}

function blank(text: string): string {
  return text.replaceAll(/[^\n\r]/g, ' ');
}

function stray(tag: string, text: string, index: number, file: string): Diagnostic {
  const message = `The tag "${tag}" stands outside of all blocks that are read here: it does nothing, and is deprecated in dbt.`;
  const hint = 'Move it into a macro, or delete it.';
  return deprecated('UnexpectedJinjaBlockDeprecation', message, { place: placeOf(text, index, file), hint });
}
