import truncatedWidth from 'fast-string-truncated-width';

/** How many columns of a terminal a text takes: 2 for a wide character, none for colours and combining marks. */
export function textWidth(text: string): number {
  return truncatedWidth(text).width;
}

/** The text cut to a width, with `mark` at its end where it was cut. A wide character that does not fit whole is left out. */
export function cutText(text: string, width: number, mark = '…'): string {
  const { index, ellipsed } = truncatedWidth(text, { limit: width, ellipsis: mark });
  return ellipsed ? text.slice(0, index) + mark : text;
}

/** The text with its middle taken out where it is wider than `width`: both ends of a long name tell it from others. */
export function cutMiddle(text: string, width: number): string {
  const whole = textWidth(text);
  if (whole <= width) return text;
  if (width < 4) return cutText(text, Math.max(1, width));
  const tail = Math.floor((width - 1) / 2);
  return `${cutText(text, width - tail)}${endOf(text, tail)}`;
}

function endOf(text: string, width: number): string {
  const letters = [...text];
  let end = '';
  while (letters.length > 0 && textWidth(letters[letters.length - 1] + end) <= width) end = letters.pop() + end;
  return end;
}

/** The text with spaces up to a width, behind it or before it. */
export function padText(text: string, width: number, side: 'end' | 'start' = 'end'): string {
  const spaces = ' '.repeat(Math.max(0, width - textWidth(text)));
  return side === 'end' ? text + spaces : spaces + text;
}
