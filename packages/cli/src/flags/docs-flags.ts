import { type FlagDefinitions, toggle } from './flag-kinds.ts';

export type DocsFlag = 'compile' | 'emptyCatalog' | 'static';

/** Flags of `docs generate`. */
export const docsFlags: FlagDefinitions<DocsFlag> = {
  compile: { kind: toggle, long: '--compile', fallback: true, help: 'compile the nodes and write manifest.json anew' },
  emptyCatalog: { kind: toggle, long: '--empty-catalog', fallback: false, help: 'ask no database what is there' },
  static: { kind: toggle, long: '--static', fallback: false, help: 'write the site as one page: not there yet' },
};
