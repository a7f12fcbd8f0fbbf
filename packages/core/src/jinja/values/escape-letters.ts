/** What stands for a character behind a backslash, in Python's texts, patterns and replacements alike. */
export const escapeLetters: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};
