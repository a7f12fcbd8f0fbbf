import { expect, test } from 'vitest';
import { explainSql } from './explain-sql.ts';

test.each([
  [
    'HTTP Error: Unable to connect to URL s3://lake/a.parquet: Bad Request (HTTP code 400)\n\nExpiredToken: The provided token has expired.',
    {
      message: 'The server refuses keys that have run out (ExpiredToken).',
      hint: expect.stringContaining('session_token'),
    },
  ],
  [
    "HTTP Error: Request returned HTTP 503 for HTTP PUT to 'http://nas:9000/lake/a.parquet'",
    {
      message: 'The server answered HTTP 503, each time that it was asked (PUT http://nas:9000/lake/a.parquet).',
      hint: expect.stringContaining('http_retries'),
    },
  ],
  [
    "IO Error: Server returned nothing (no headers, no data) error for HTTP GET to 'http://nas:9000/lake/a.parquet'",
    {
      message:
        'The server did not answer to the end, each time that it was asked (GET http://nas:9000/lake/a.parquet): Server returned nothing.',
      hint: expect.stringContaining('use_ssl'),
    },
  ],
  [
    "HTTP Error: HTTP GET error reading 's3://lake/a' in region 'eu-west-1' (HTTP 400 Bad Request)\n\nAuthorizationHeaderMalformed: the region is wrong",
    { message: expect.stringContaining('another region'), hint: expect.stringContaining('`region`') },
  ],
  [
    'Invalid Input Error: No valid Azure credentials found!',
    { message: 'DuckDB has no secret of type azure for this URI.', hint: expect.stringContaining('`scope`') },
  ],
  [
    "IO Error: AzureStorageFileSystem open file 'az://lake/a.parquet' failed with code 'AuthenticationFailed', Reason Phrase: 'Server failed to authenticate the request.', Message: ''",
    {
      message: 'Azure refuses the secret for az://lake/a.parquet (AuthenticationFailed).',
      hint: expect.stringContaining('connection string'),
    },
  ],
  [
    'IO Error: AzureBlobStorageFileSystem Read to az://none/x/*.parquet failed with ContainerNotFound Reason Phrase: The specified container does not exist.',
    { message: 'There is no container for az://none/x/*.parquet.', hint: expect.stringContaining('Make it') },
  ],
  [
    "IO Error: AzureStorageFileSystem could not open file: 'az://lake/a', unknown error occurred, this could mean the credentials used were wrong. Original error message: 'Fail to get a new connection for: https://me.blob.core.windows.net. Could not resolve hostname'",
    {
      message: 'Azure was not reached for az://lake/a: https://me.blob.core.windows.net: Could not resolve hostname.',
      hint: expect.stringContaining('endpoint'),
    },
  ],
  [
    'Binder Error: Referenced column "amuont" not found in FROM clause!\nCandidate bindings: "id", "amount"\n\nLINE 1: select amuont\n               ^',
    { message: 'There is no column "amuont" here.', hint: 'Did you mean "amount"?' },
  ],
  [
    'Binder Error: Referenced column "x" not found in FROM clause!\nCandidate bindings: "id;amount"',
    {
      message: 'There is no column "x" here.',
      hint: expect.stringMatching(/^There is a column "id;amount": the delimiter/),
    },
  ],
  [
    'Binder Error: Referenced table "p" not found!\nCandidate tables: "o"',
    { message: 'No table of this FROM is called "p".', hint: 'The tables of this FROM: "o".' },
  ],
  [
    'Catalog Error: Scalar Function with name sume does not exist!\nDid you mean "sum"?',
    { message: 'There is no function "sume".', hint: 'Did you mean "sum"?' },
  ],
  [
    'Catalog Error: unrecognized configuration parameter "memry_limit"\n\nDid you mean: "memory_limit"',
    {
      message: 'DuckDB has no setting "memry_limit".',
      hint: 'Did you mean "memory_limit"?',
    },
  ],
  [
    'Parser Error: unterminated quoted string at or near "\'abc as x\nfrom t\n)"',
    {
      message: 'The quote that opens here is never closed.',
      hint: 'Close it, or double it where it belongs to the text.',
    },
  ],
  [
    'Binder Error: Table "o" does not have a column named "idd"\n\nCandidate bindings: : "id", "day"',
    { message: '"o" has no column "idd".', hint: 'Did you mean "id"?' },
  ],
  [
    `Binder Error: No function matches the given name and argument types 'upper(INTEGER, INTEGER_LITERAL)'. You might need to add explicit type casts.\n\tCandidate functions:\n\tupper(VARCHAR) -> VARCHAR\n`,
    {
      message: '"upper" does not take (INTEGER, INTEGER).',
      hint: 'It takes (VARCHAR): cast with …::type, or give it what is missing.',
    },
  ],
  [
    'Binder Error: Invalid named parameter "delimm" for function read_csv\nCandidates:\n    delim VARCHAR\n    dtypes ANY\n',
    { message: '"read_csv" has no parameter "delimm".', hint: 'Did you mean "delim"?' },
  ],
  [
    'Binder Error: Could not find key "b" in struct\n\nCandidate Entries: "a"',
    { message: 'The struct has no field "b".', hint: 'Among the names here: "a".' },
  ],
  [
    'Catalog Error: Table with name __dbt__cte__ordrs does not exist!\nDid you mean "__dbt__cte__orders"?',
    { message: 'There is no table "ordrs".', hint: 'Did you mean "orders"?' },
  ],
  ['Some Error: of a kind that nobody has met', { message: 'of a kind that nobody has met' }],
])('%s', (text, explanation) => {
  expect(explainSql(text)).toEqual(explanation);
});

// DuckDB offers whatever it has: a name that is nothing like the one written is no help.
test('a far-fetched offer is left out', () => {
  const { message, hint } = explainSql(
    'Catalog Error: Table with name nowhere does not exist!\nDid you mean "orders"?',
  );
  expect(message).toBe('There is no table "nowhere".');
  expect(hint).not.toContain('orders');
});

test.each([
  ['Parser Error: syntax error at or near ";"', 'semicolon'],
  ['Parser Error: syntax error at or near "create"', 'SELECT'],
  ['IO Error: No files found that match the pattern "x"', 'dbt_project.yml'],
  ["Missing Extension Error: required extension 'httpfs'", 'httpfs'],
])('%s says what to do', (text, word) => {
  expect(explainSql(text).hint).toContain(word);
});

test.each([
  [
    'Catalog Error: Table Function with name "st_read" is not in the catalog, but it exists in the spatial extension.\n\nPlease try installing and loading the spatial extension:\nINSTALL spatial;\nLOAD spatial;\n',
    'Table Function with name "st_read" is not in the catalog. The DuckDB extension spatial is needed and is not installed.',
    'spatial',
  ],
  [
    'Extension Autoloading Error: An error occurred while trying to automatically install the required extension \'httpfs\':\nExtension "/home/x/httpfs.duckdb_extension" not found.\nExtension "httpfs" is an existing extension.',
    'The DuckDB extension httpfs is needed and is not installed.',
    'httpfs',
  ],
  [
    'IO Error: Extension "/home/x/postgres_scanner.duckdb_extension" not found.\nExtension "postgres" is an existing extension.',
    'The DuckDB extension postgres is needed and is not installed.',
    'postgres',
  ],
])('a missing extension is named: %s', (text, message, name) => {
  const found = explainSql(text);
  expect(found.message).toBe(message);
  expect(found.hint).toMatch(
    new RegExp(
      `^Add \`${name}\` to \`extensions:\`.*/v1\\.5\\.5/\\w+ here.*\`eider extensions install ${name} --from FOLDER\``,
    ),
  );
});
