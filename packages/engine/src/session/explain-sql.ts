import { didYouMean } from '@eider/core';
import { bucketRows } from './explain-bucket.ts';
import { extensionHint, missingExtension } from './missing-extension.ts';

/** DuckDB's error message for people: in plain words, without its own excerpt, with what to do where that is known. */
export interface SqlExplanation {
  readonly message: string;
  readonly hint?: string;
}

/** Takes apart what DuckDB says. What it offers instead (`Candidate bindings: …`, `Did you mean …`) becomes the hint. */
export function explainSql(text: string): SqlExplanation {
  const extension = missingExtension(text);
  if (extension !== undefined) return { message: needing(text, extension), hint: extensionHint(extension) };
  if (/^INTERRUPT Error/.test(text)) return { message: 'The query was stopped before its end.' };
  const words = plainWords(text);
  for (const [pattern, say] of rows) {
    const match = pattern.exec(words);
    if (match === null) continue;
    const { message, hint = offered(text) } = say(match.slice(1), text);
    return hint === undefined ? { message } : { message, hint };
  }
  const hint = offered(text);
  return hint === undefined ? { message: words } : { message: words, hint };
}

/** Without the kind in front, DuckDB's excerpt and offers, and the names that it has for constants and for our common table expressions. */
function plainWords(text: string): string {
  const lines = text
    .replace(/^[A-Z][\w ]*? Error: /, '')
    .replace(/\n+LINE \d+:[\s\S]*$/, '')
    .replace(/\n\s*(Candidate functions|Candidates|Possible fixes|Possible solutions):[\s\S]*$/, '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !offer.test(line));
  return lines
    .join('\n')
    .replace(/(at or near "[^\n"]*)\n[\s\S]*"$/, '$1…"')
    .replaceAll('__dbt__cte__', '')
    .replaceAll('STRING_LITERAL', 'VARCHAR')
    .replaceAll('INTEGER_LITERAL', 'INTEGER');
}

/** What needs the extension, where DuckDB says it: a function's name, but not for a path that begins with `s3://`. */
function needing(text: string, extension: string): string {
  const named = /^.*is not in the catalog/m.exec(text)?.[0].replace(/^[A-Z][\w ]*? Error: /, '');
  const needed = `The DuckDB extension ${extension} is needed and is not installed.`;
  return named === undefined ? needed : `${named}. ${needed}`;
}

const offer = /^\s*(Candidate (bindings|tables|options|Entries)\s*:|Did you mean:? ")/;

/** Only what looks like the name that was written is worth asking for; other candidates are shown where they are the whole choice. */
function offered(said: string): string | undefined {
  const text = said.replaceAll('__dbt__cte__', '');
  const names = offers(text);
  if (names.length === 0) return undefined;
  const wrong =
    /(?:named|column|table|parameter|option|key) "([^"]+)"/i.exec(
      text.replace(/^.*does not have a column/, 'column'),
    )?.[1] ?? /with name (\S+) does not/.exec(text)?.[1];
  const near =
    wrong === undefined
      ? undefined
      : didYouMean(wrong, [...names, ...names.flatMap((name) => name.split('.').at(-1) ?? [])]);
  if (near !== undefined) return `Did you mean "${near}"?`;
  const odd = names.find((name) => /\w[;|\t]\w/.test(name));
  if (odd !== undefined) {
    return `There is a column "${odd}": the delimiter of that CSV file is another one; set \`delimiter\` in the config of the seed, or \`delim\` of read_csv.`;
  }
  const kind = /Candidate (\w+)/.exec(text)?.[1];
  if (kind === undefined) return undefined;
  const listed = names.map((name) => `"${name}"`).join(', ');
  if (kind === 'tables') return `The tables of this FROM: ${listed}.`;
  return `Among the names here: ${listed}.`;
}

/** The names that DuckDB offers in place of the one that was written. */
export function offers(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => offer.test(line))
    .flatMap((line) => [...line.slice(line.search(/[:?"]/)).matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? ''));
}

type Row = readonly [RegExp, (found: readonly string[], text: string) => SqlExplanation];

/** A message in our words with what to do; without a hint DuckDB's offer is the hint. */
function row(pattern: RegExp, message: string, hint?: string): Row {
  const fill = (words: string, found: readonly string[]): string =>
    words.replaceAll(/\$(\d)/g, (_, number: string) => found[Number(number) - 1] ?? '');
  return [
    pattern,
    (found) => ({ message: fill(message, found), ...(hint === undefined ? {} : { hint: fill(hint, found) }) }),
  ];
}

const oneSelect =
  'A model is one SELECT: eider writes its rows. Other statements go into pre_hook, post_hook or on-run-start.';
const tryCast = 'Use try_cast(… as …) where a value may not fit, or correct the data.';

/** All nodes share the limit, so fewer at once helps as more memory does. */
const memoryAdvice =
  'Raise `memory_limit` under `settings:` of the target, run fewer nodes at once (`--threads 1`), lower `threads` there, or set `preserve_insertion_order: false` where the order of rows does not matter.';

const rows: readonly Row[] = [
  row(
    /SSL peer certificate or SSH remote key was not OK|SSL certificate problem|certificate verify failed/i,
    'The certificate of the server is not one that this machine trusts.',
    'Name the file of the authority that signed it as `ca_cert_file` of the target in profiles.yml.',
  ),
  ...bucketRows(row),
  row(/^Referenced column "?([^"\n]+?)"? not found in FROM clause/, 'There is no column "$1" here.'),
  row(
    /^Referenced column "([^"]+)" was not found because the FROM clause is missing/,
    'There is no column "$1" here: the SELECT has no FROM.',
    "A text is written in single quotes: '$1'. A column needs a FROM.",
  ),
  row(/^(?:Values list|Table) "([^"]+)" does not have a column named "([^"]+)"/, '"$1" has no column "$2".'),
  row(/^Referenced table "([^"]+)" not found/, 'No table of this FROM is called "$1".'),
  row(
    /^Ambiguous reference to column name "([^"]+)" \(use: (.+)\)/,
    'Several tables of this FROM have a column "$1".',
    'Say which one: $2.',
  ),
  row(
    /^column "([^"]+)" must appear in the GROUP BY clause/,
    'The column "$1" is neither aggregated nor in GROUP BY.',
    'Add it to GROUP BY, write GROUP BY ALL, or take any_value($1).',
  ),
  row(
    /^WHERE clause cannot contain aggregates/,
    'WHERE cannot hold an aggregate: it is computed later.',
    'Put the condition into HAVING.',
  ),
  row(
    /^WHERE clause cannot contain window functions/,
    'WHERE cannot hold a window function: it is computed later.',
    'Put the condition into QUALIFY.',
  ),
  row(
    /^Column "([^"]+)" does not exist on (left|right) side of join/,
    'USING names the column "$1", which the $2 side of the join does not have.',
    'Join with ON where the names differ.',
  ),
  row(/^Column "([^"]+)" in (\w+) list not found/, '$2 names the column "$1", which is not there.'),
  row(
    /^Set operations can only apply to expressions with the same number of result columns/,
    'The parts of this UNION, EXCEPT or INTERSECT have different numbers of columns.',
    'Give each part the same columns, or write UNION ALL BY NAME.',
  ),
  row(
    /^Subquery returns (\d+) columns - expected 1/,
    'The subquery gives $1 columns where one is expected.',
    'Select one column in it.',
  ),
  row(
    /^More than one row returned by a subquery/,
    'A subquery that stands for one value gave more than one row.',
    'Aggregate in it, add LIMIT 1 with an ORDER BY, or join it.',
  ),
  row(
    /write .*"([^"]+)"[^\n]*: No space left on device/i,
    'The disk is full: "$1" cannot be written.',
    'Free some room on it, or choose another place; `eider vacuum` deletes what nothing needs any more.',
  ),
  row(
    /^GROUP BY term out of range - should be between 1 and (\d+)/,
    'GROUP BY names a column by a number that is not there: the SELECT has $1.',
    'Correct the number, or write GROUP BY ALL.',
  ),
  row(
    /^Unimplemented type for cast \((.+?) -> (.+?)\)(?: when casting from source column (.+))?/,
    '$1 cannot become $2.',
    'Give both sides one type: …::type, or [ … ] for a list.',
  ),
  row(/^missing (\S+): (.+)$/, 'The regular expression "$2" cannot be read: "$1" is missing.'),
  row(
    /^zero-length delimited identifier/,
    'There is a pair of double quotes with nothing between.',
    "A text is written in single quotes: ''. A relation from {{ ref() }} has its own quotes.",
  ),
  row(
    /^(?:Scalar )?Function with name "?`__postfix"? does not exist/,
    'The character ` is no quote in DuckDB.',
    'Quote names with double quotes.',
  ),
  row(
    /^Table with name "([^"]+)" does not exist because schema "([^"]+)" does not exist/,
    'There is no schema "$2", and so no table "$1".',
    'A model or seed is named with {{ ref() }}; for a source that is a file, set `external_location` under `meta:` of its table.',
  ),
  [
    /^Table with name "?([^\s"]+)"? does not exist/,
    ([name = ''], text) => ({
      message: `There is no table "${name}".`,
      hint:
        offered(text) ??
        'A model or seed is named with {{ ref() }}; for a source that is a file, set `external_location` under `meta:` of its table.',
    }),
  ],
  row(
    /^Catalog "([^"]+)" does not exist/,
    'There is no database "$1".',
    'Name a model with {{ ref() }}; other databases come under `attach:` of the target.',
  ),
  row(
    /^Table Function with name (ref|source|var|config) does not exist/i,
    '$1() belongs to the template: in plain SQL there is no such function.',
    "Write it in braces: {{ $1('…') }}.",
  ),
  row(
    /^(?:Scalar|Table|Aggregate|Macro) Function with name "?([^\s"]+?)"? does not exist/,
    'There is no function "$1".',
  ),
  row(/^unrecognized configuration parameter "([^"]+)"/, 'DuckDB has no setting "$1".'),
  row(/^Type with name "?([^\s"]+?)"? does not exist/, 'There is no type "$1".'),
  [
    /^No function matches the given name and argument types '([^(']+)\((.*)\)'/,
    ([name = '', types = ''], text) => ({
      message: types === '' ? `"${name}" needs arguments.` : `"${name}" does not take (${types}).`,
      hint: signatures(text),
    }),
  ],
  row(
    /^Could not choose a best candidate function for the function call "([^(]+)\((.*)\)"/,
    '"$1" does not take ($2).',
    'Cast one of them to say what is meant: …::integer, …::varchar, …::date.',
  ),
  [
    /^Invalid named parameter "([^"]+)" for function (\S+)/,
    ([parameter = '', name = ''], text) => {
      const known = [...text.matchAll(/^ +(\w+) /gm)].map((match) => match[1] ?? '');
      const near = didYouMean(parameter, known);
      return {
        message: `"${name}" has no parameter "${parameter}".`,
        ...(near === undefined ? {} : { hint: `Did you mean "${near}"?` }),
      };
    },
  ],
  row(
    /^syntax error at or near "(?:;)"/,
    'A semicolon stands inside the query.',
    'A model is one SELECT without a semicolon: statements around it go into pre_hook and post_hook.',
  ),
  row(
    /^syntax error at or near "((?:create|insert|update|delete|drop|alter|copy|set|use|attach|merge|pragma|call))"/i,
    'The SQL cannot be read from `$1` on.',
    oneSelect,
  ),
  row(
    /^syntax error at or near "\{"/,
    'The SQL cannot be read from `{` on.',
    'An expression of the template is written {{ … }}, with two braces on each side.',
  ),
  row(
    /^syntax error at or near "<"/,
    'The SQL cannot be read from `<` on.',
    'Where the template prints a macro here, call it: {{ name() }}.',
  ),
  row(
    /^syntax error at end of input/,
    'The SQL ends too early.',
    'Complete its last clause: a condition, a column or a closing bracket is missing.',
  ),
  row(
    /^syntax error at or near "([\s\S]*)"$/,
    'The SQL cannot be read from `$1` on.',
    'Look in front of it: a comma, an operator, a bracket or a keyword is missing, misspelt or too many.',
  ),
  row(
    /^unterminated quoted (string|identifier) at or near "([\s\S]*?)…?"$/,
    'The quote that opens here is never closed.',
    'Close it, or double it where it belongs to the text.',
  ),
  row(
    /^Cannot compare values of type (\w+) and type (\w+)/,
    'A $1 is compared with a $2.',
    'Cast one side: …::integer, …::varchar, …::date.',
  ),
  row(/^unterminated \/\* comment/, 'The comment that opens here is never closed.', 'Close it with */.'),
  row(/^Duplicate CTE name "([^"]+)"/, 'Two common table expressions are called "$1".', 'Rename one of them.'),
  row(
    /^No files found that match the pattern "([^"]+)"/,
    'There is no file that matches "$1".',
    'Check the path; relative ones begin at the folder of dbt_project.yml.',
  ),
  row(
    /^(?:File '([^']+)' too small to be a Parquet file|No magic bytes found at end of file '([^']+)')/,
    'The file $1$2 is no Parquet file, or was not written to its end.',
    'Write it again, or read it with the function of its real format: read_csv, read_json.',
  ),
  row(
    /^Malformed JSON in file "([^"]+)", at byte (\d+)[^:]*: (.+?)\.?\s*$/m,
    'The file $1 is no JSON that can be read: $3 at byte $2 of a record.',
    'Correct the file, or set `ignore_errors=true` in read_json.',
  ),
  row(
    /^(?:CSV Error on Line: (\d+)\n)(?:Original Line: .*\n)?(.+)/,
    'Line $1 of a CSV file cannot be read: $2',
    'Correct the file, or give read_csv the `columns`, `delim` and `quote` that it has.',
  ),
  row(/^Could not convert string '([\s\S]*)' to (\w+)/, "The text '$1' is no value of type $2.", tryCast),
  row(/^invalid (\w+) field format: "(.*)", expected format is \((.*)\)/, '"$2" is no $1: it is written $3.', tryCast),
  row(/^(\w+) field value out of range: "(.*)"/, '"$2" is no $1 that exists.', tryCast),
  row(
    /^Type (\w+) with value (.+) can't be cast because the value is out of range for the destination type (\w+)/,
    'The value $2 is out of the range of $3.',
    'Cast to a wider type (BIGINT, HUGEINT, DOUBLE), or use try_cast(… as …).',
  ),
  row(
    /^Overflow in (\w+) of (\w+) \((.+)\)/,
    'The $1 of $3 leaves the range of $2.',
    'Cast one side to a wider type first: …::bigint, …::hugeint.',
  ),
  row(
    /^Could not parse string "(.*)" according to format specifier "(.*)"(?:[\s\S]*Error: (.+))?/,
    '"$1" does not fit the format "$2".',
    'Correct the format or the data, or use try_strptime(…), which gives NULL instead.',
  ),
  row(
    /^Unimplemented type for cast \((\w+) -> (\w+)\)/,
    'A value of type $1 cannot become one of type $2.',
    'Go by a type between them, or compute the value another way.',
  ),
  row(
    /^extract specifier "(.*)" not recognized/,
    'There is no part of a date called "$1".',
    'Parts are year, quarter, month, week, day, hour, minute, second and the like.',
  ),
  row(/^Could not find key "(.*)" in struct/, 'The struct has no field "$1".'),
  row(/^Unrecognized option "(.*)" for (\w+)/, 'COPY has no option "$1" for $2.'),
  row(
    /^"?partition_by"? expected to find (.+), but it was not found in the table/,
    '`partition_by` names the column "$1", which the query does not have.',
    'Name a column of the SELECT.',
  ),
  row(
    /^failed to offload data block of size [^(]*\((.*) used\)[\s\S]*/,
    'What does not fit into memory does not fit into the temporary directory either ($1 used).',
    'Make room there, set `temp_directory` under `settings:` of the target to a larger disk, or raise `memory_limit` or `max_temp_directory_size`.',
  ),
  row(
    /^failed to (?:allocate|pin)[^(]*\((.*) used\)[\s\S]*/,
    'DuckDB has no memory left for this query: $1 used, by all nodes that run at once.',
    memoryAdvice,
  ),
  row(
    /^([\s\S]*failed to allocate|[\s\S]*[Oo]ut of memory)[\s\S]*/,
    'DuckDB has no memory left for this query.',
    memoryAdvice,
  ),
  row(
    /^Could not set lock on file "([^"]*)"[\s\S]*/,
    'Another process has "$1" open.',
    'Wait until it is done, or end it. Many may read a file at once: attach it with `read_only: true`.',
  ),
  row(
    /^([\s\S]*(?:Conflict|already been modified by another)[\s\S]*)$/,
    '$1',
    'Another statement changed the same relation at the same time: run the command again.',
  ),
];

/** The argument lists that a function takes, the first few. */
function signatures(text: string): string {
  const found = [...text.matchAll(/^\t\w*[^\s(]*(\(.*?\))(?: -> .*)?$/gm)].map((match) => match[1] ?? '');
  const shown = [...new Set(found)].slice(0, 3);
  if (shown.length === 0) return 'Cast the arguments to what the function takes.';
  return `It takes ${shown.join(' or ')}${found.length > 3 ? ', …' : ''}: cast with …::type, or give it what is missing.`;
}
