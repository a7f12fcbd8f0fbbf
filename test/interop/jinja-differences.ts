/** A difference from dbt's Jinja that is meant: what the template or dbt's text for it holds, and why. At most twenty. */
export interface MeantDifference {
  readonly pattern: RegExp;
  readonly reason: string;
}

export const meantDifferences: readonly MeantDifference[] = [
  { pattern: /py_current_timestring/, reason: 'The clock: both print the microsecond in which they run.' },
  {
    pattern: /reference that was unknown to the frame/,
    reason:
      'Jinja forgets names in the arguments of a filter of a set block and then fails in its own compiler; here they mean what they mean elsewhere.',
  },
  {
    pattern: /root\.<locals>\.|\{% (call|macro|materialization|test|docs)[\s\S]*\{% (include|import|from)/,
    reason:
      "Jinja's code for a tag of other templates inside of a macro or call block is a generator that nobody runs.",
  },
  {
    pattern: /Decimal\('-0|"-0E|"text":"[^"]*-0(?![.\d])/,
    reason: 'Decimals have no negative zero: DuckDB gives none.',
  },
  {
    pattern: /permutations\(.*\d{16}/,
    reason: 'CPython allocates as many places as are asked for before it finds none to fill.',
  },
  {
    pattern: /name '(inf|nan)' is not defined/,
    reason: 'Jinja prints an infinite constant into its code as a name that Python has not.',
  },
  {
    pattern: /encode\([\s\S]*\)\.|byte(s-like| string)/,
    reason: 'The bytes of encode() answer decode() and hex() alone: there is no other way to them.',
  },
];
