/**
 * A document as JSON text: `JSON.stringify`, with whole numbers beyond 2^53 to their last digit, as Python writes them. The mark of such a number is a
 * character that JSON texts never hold unescaped.
 */
export function jsonText(document: unknown, indent?: number): string {
  try {
    return JSON.stringify(document, undefined, indent);
  } catch (failure) {
    if (!(failure instanceof TypeError)) throw failure;
    const marked = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `\u0000${value}` : value);
    const text = JSON.stringify(document, marked, indent);
    return text.replace(/"\\u0000(-?\d+)"/g, '$1');
  }
}
