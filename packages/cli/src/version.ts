import { readFileSync } from 'node:fs';

/** eider's version, from its own package.json. */
export function eiderVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return String((JSON.parse(text) as { readonly version: unknown }).version);
}
