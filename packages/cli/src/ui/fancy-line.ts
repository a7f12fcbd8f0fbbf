export interface FancyLine {
  readonly message: string;
  readonly status: string;
  readonly index?: number;
  readonly total?: number;
  readonly ms?: number;
  /** Cut a message that is wider than the line (hooks). */
  readonly cut?: boolean;
  readonly width: number;
}

/** dbt's line about one node: `3 of 13 START sql external model main.orders ....... [RUN]`, dots up to the printer's width. */
export function fancyLine(line: FancyLine): string {
  const progress = line.index === undefined || line.total === undefined ? '' : `${line.index} of ${line.total} `;
  let padded = `${progress}${line.message} `.padEnd(line.width, '.');
  if (line.cut === true && padded.length > line.width - 3) padded = `${padded.slice(0, line.width - 3)}...`;
  const time = line.ms === undefined ? '' : ` in ${(line.ms / 1000).toFixed(2)}s`;
  return `${padded} [${line.status}${time}]`;
}

/** `1 seed`, `2 seeds`, `1 test`, `2 data tests`, `2 analyses`: dbt's plurals of resource types. */
export function counted(count: number, type: string): string {
  if (count === 1) return `1 ${type.replaceAll('_', ' ')}`;
  const plural = type === 'test' ? 'data tests' : type === 'analysis' ? 'analyses' : `${type}s`;
  return `${count} ${plural.replaceAll('_', ' ')}`;
}
