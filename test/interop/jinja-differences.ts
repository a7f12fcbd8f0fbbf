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
    pattern:
      /0-[xX](-[0-9a-fA-F]){6}|\{% filter .*BUILT-IN METHOD \w+ OF \w+ OBJECT |BUILT-IN METHOD \w+ OF \w+ OBJECT (?!AT 0X)/is,
    reason: 'The address of an object, of which filters made single letters or changed some.',
  },
  {
    pattern: /name '(inf|nan)' is not defined/,
    reason: 'Jinja prints an infinite constant into its code as a name that Python has not.',
  },
  {
    pattern: /(?<![\w.])(\d+(\.\d*)?|true|false)\[[^\]]*:/,
    reason:
      'A slice of a number or a truth value that stands in the template is an error when it is rendered, and undefined where Jinja computes a constant of it; here it is always an error.',
  },
  {
    pattern: /\{%-?\s*(?:set|for|macro|with|call)\b[^%"']*ﬁ/,
    reason:
      "Names that are one to Python in compatible letters (`fi`, `ﬁ`), in scopes within one another: Jinja's variables for them overwrite each other and print as `missing`. In one scope they are one here too.",
  },
  {
    pattern: /\d(e[-+]\d+)?j\)/,
    reason: 'Complex numbers, which roots of negative numbers are in Python, are refused by name.',
  },
  { pattern: /\\N\{/, reason: "Characters by Unicode's names, refused by name: the names are 1.7 MB." },
];

/**
 * What expressions of `expressions/` may be otherwise: patterns of `parse` or `run`, the expression, and dbt's answer as JSON. With the list above at most
 * twenty.
 */
export const meantExpressions: readonly MeantDifference[] = [
  {
    pattern: /<(bound method|function|class|dbt\.|dbt_common\.|UTC|InformationSchema)/,
    reason: 'What Python prints of its functions, methods, classes and of objects without a text of their own.',
  },
  {
    pattern: /<(enum '\w+'|RelationType\.|ModelLanguage\.)/,
    reason: "Members of Python's enums are the texts that they print.",
  },
  {
    pattern: /OrderedDict|ItemsView/,
    reason: "Python's older kinds of dicts print their class; here dicts are dicts.",
  },
  {
    pattern: /(Macro|ModelNode)\(|config\.model\.name/,
    reason: "dbt's own records behind macros and configs, which its documentation does not have.",
  },
  {
    pattern: /(create_\w*from\w*|validate|from_dict\(.*|submit_python_job) \{/,
    reason: "Methods that take dbt's own nodes and programs, of which templates have none.",
  },
  { pattern: /make_temp_relation/, reason: 'The clock: the name holds the microsecond.' },
  {
    pattern: /"ApproximateMatchError"/,
    reason: 'A relation whose name differs by case alone is the same to DuckDB.',
  },
  { pattern: /datetime\.date\(2024, 1, 31\)/, reason: 'Dates in YAML are texts, which print the same.' },
  {
    pattern:
      /"AttributeError"|"! AttributeError"|has no attribute 'render'|of type 'int' is not iterable|'None' has no attribute 'table'/,
    reason: 'Python takes arguments of any type until it asks them for something; where one is needed, we say so.',
  },
  {
    pattern:
      /config\.get\('pre-hook'\)|(builtins|exceptions)\.keys\(\)|_render_iterator|^\w+ metric\(|column_types\(r\)/,
    reason: "dbt's own records and names beside what its documentation has; metrics are not built.",
  },
  {
    pattern: /^parse (function\(|adapter\.standardize)/,
    reason: 'While parsing, functions are names, and what asks a result is not told that there is none.',
  },
];
