import { readFileSync, writeFileSync } from 'node:fs';

/** Takes the comment signs off the secrets in the profile of the template lakehouse, as a person would; gives the text from before. */
export function uncommentSecrets(profilesFile: string): string {
  const text = readFileSync(profilesFile, 'utf8');
  const lines = /^( +)# ((?:extensions|secrets): ?.*| {2}(?:- type: s3| {2}\w+: .*))$/gm;
  const uncommented = text.replaceAll(lines, '$1$2');
  const targets = uncommented.match(/^ {6}secrets:$/gm) ?? [];
  if (targets.length !== 2) throw new Error(`${profilesFile} holds secrets for ${targets.length} targets, not for 2`);
  writeFileSync(profilesFile, uncommented);
  return text;
}
