import { takeChance } from './chance.ts';

/** The words of the filler text that printers have used for centuries. */
const words = (
  'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore magna ' +
  'aliqua enim ad minim veniam quis nostrud exercitation ullamco laboris nisi aliquip ex ea commodo consequat duis ' +
  'aute irure in reprehenderit voluptate velit esse cillum eu fugiat nulla pariatur excepteur sint occaecat cupidatat ' +
  'non proident sunt culpa qui officia deserunt mollit anim id est laborum'
).split(' ');

function between(least: number, end: number): number {
  return least + Math.floor(Math.random() * Math.max(1, end - least));
}

/** A paragraph of random filler words in sentences: Jinja's `lipsum` gives these. */
export function loremParagraph(least: number, most: number): string {
  takeChance();
  const count = between(least, most);
  const parts: string[] = [];
  let toComma = between(3, 8);
  let toStop = between(10, 20);
  let startsSentence = true;
  for (let i = 0; i < count; i += 1) {
    const word = words[between(0, words.length)] ?? '';
    const shown = startsSentence ? (word[0] ?? '').toUpperCase() + word.slice(1) : word;
    toComma -= 1;
    toStop -= 1;
    startsSentence = toStop <= 0;
    parts.push(shown + (startsSentence ? '.' : toComma <= 0 ? ',' : ''));
    if (startsSentence) toStop = between(10, 20);
    if (startsSentence || toComma <= 0) toComma = between(3, 8);
  }
  const text = parts.join(' ').replace(/,$/, '.');
  return text === '' || text.endsWith('.') ? text : `${text}.`;
}
