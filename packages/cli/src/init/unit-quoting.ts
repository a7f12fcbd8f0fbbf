/** A path as the whole value of a setting in a systemd unit: `%` begins a specifier there. */
export function unitPath(path: string): string {
  return path.replaceAll('%', '%%');
}

/** A command line for `ExecStart=` of a systemd unit: words in quotes where they need them; `%` and `$` mean themselves. */
export function unitCommand(words: readonly string[]): string {
  return words
    .map((word) => {
      const escaped = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
      return /^[\w@%+=:,./$-]+$/.test(escaped) ? escaped : `"${escaped.replaceAll(/["\\]/g, '\\$&')}"`;
    })
    .join(' ');
}

/** A command line for a crontab: quoted for the shell; cron takes a bare `%` for the end of the line. */
export function cronCommand(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ')
    .replaceAll('%', '\\%');
}
