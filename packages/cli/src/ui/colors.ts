const start = '\u001b[';
const colorCode = new RegExp(`${start.replace('[', '\\[')}[\\d;]+m`, 'g');

/** Text in a colour. Lines are made with colours always; a sink that cannot show them strips them. */
export const red = (text: string): string => `${start}31m${text}${start}0m`;
export const green = (text: string): string => `${start}32m${text}${start}0m`;
export const yellow = (text: string): string => `${start}33m${text}${start}0m`;
export const bold = (text: string): string => `${start}1m${text}${start}0m`;
export const dim = (text: string): string => `${start}2m${text}${start}0m`;

/** The text without colours. */
export function withoutColors(text: string): string {
  return text.replaceAll(colorCode, '');
}

/**
 * Whether to colour: the flag where it is set; else not where NO_COLOR holds anything; else where FORCE_COLOR holds anything but 0; else on a terminal
 * whose TERM is not `dumb`.
 */
export function wantsColors(
  flag: boolean | undefined,
  env: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  if (flag !== undefined) return flag;
  if ((env.NO_COLOR ?? '') !== '') return false;
  if ((env.FORCE_COLOR ?? '') !== '') return !['0', 'false'].includes(env.FORCE_COLOR ?? '');
  return isTerminal && env.TERM !== 'dumb';
}
