import {
  type Graph,
  type Invocation,
  type Manifest,
  manifestMetadata,
  type ParseCache,
  type ParsedProject,
  type Project,
} from '@eider/core';
import { foundLine } from '../ui/notes.ts';
import type { Reporter } from '../ui/reporter.ts';
import { type ManifestTexts, writeManifestFile, writeManifestTexts } from './artifacts.ts';
import { foundText } from './project-counts.ts';

/** A parse without errors. */
export interface ParsedTelling {
  readonly project: Project;
  readonly parsed: ParsedProject;
  readonly cache: ParseCache;
  /** Made when somebody asks for it, where the cache keeps the parse. */
  readonly linked: () => { readonly manifest: Manifest; readonly graph: Graph };
  readonly selectors: Manifest['selectors'];
  readonly targetFolder: string;
  readonly targetPath: string;
  /** Null where no artifact is to be written. */
  readonly invocation: Invocation | null;
  readonly reporter: Reporter;
}

/** Writes the manifest's files and says what was found. Where the cache keeps the parse, both are as they were written for it, and given; else it may keep them now. */
export async function tellParsed(telling: ParsedTelling): Promise<ManifestTexts<Uint8Array> | null> {
  const { cache, invocation, linked, parsed, project, reporter, selectors, targetFolder, targetPath } = telling;
  const kept = keptTexts(parsed, JSON.stringify(selectors));
  const found = kept?.found ?? foundText(linked().manifest);
  if (invocation !== null) {
    if (kept !== null)
      await writeManifestTexts(targetFolder, manifestMetadata(project), { ...kept, body: [kept.body] }, invocation);
    else {
      const texts = await writeManifestFile(
        targetFolder,
        { manifest: linked().manifest, targetPath, traces: new Map() },
        invocation,
      );
      if (parsed.whole !== undefined)
        await cache.wholes?.keep(parsed.whole, { ...texts, found, selectors: JSON.stringify(selectors) });
    }
  }
  reporter.line(foundLine(found));
  return kept;
}

/** Null where the cache keeps none, they cannot be read any more, or selectors.yml, which is no part of a parse, says something else. */
function keptTexts(
  { kept }: ParsedProject,
  selectors: string,
): (ManifestTexts<Uint8Array> & { readonly found: string }) | null {
  if (kept?.text('selectors')?.toString('utf8') !== selectors) return null;
  const [body, semantic, found] = ['body', 'semantic', 'found'].map((name) => kept.text(name));
  return body == null || semantic == null || found == null ? null : { body, semantic, found: found.toString('utf8') };
}
