import { createHash } from 'node:crypto';

/** Keys of the objects in a state, below `S`. */
export const keys = {
  identity: 'eider.json',
  hint: 'ledger/head.json',
  aliases: 'aliases.json',
  settled: 'settled.json',
  retention: 'retention.json',
  told: 'told.json',
  entry: (number: number): string => `ledger/${String(number).padStart(20, '0')}.json`,
  facts: (hash: string): string => `facts/${hash}.json`,
  build: (build: string): string => `journal/${build}/build.json`,
  generation: (build: string, node: string): string => `journal/${build}/${nodeKey(node)}.json`,
  /** There while the build lives: its time is the heartbeat. */
  heartbeat: (build: string): string => `builds/${build}.json`,
  /** There while finished generations of a build without a commit are kept. */
  left: (build: string): string => `left/${build}.json`,
  place: (folder: string): string => `places/${hash(folder)}.json`,
} as const;

/** A node's name as a file name: other characters become `_`, and where that or a case-blind or short-named file system could confuse two nodes, a hash is added. */
export function nodeKey(node: string): string {
  const safe = node.replace(/[^A-Za-z0-9._-]/g, '_');
  if (safe === node && safe === safe.toLowerCase() && safe.length <= 150) return safe;
  return `${safe.slice(0, 150)}-${hash(node)}`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
