/** What DuckDB says of requests to a server that failed, in our words: for the table of `explainSql`, whose rows `row` makes. */
export function bucketRows<Row>(row: (pattern: RegExp, message: string, hint?: string) => Row): readonly Row[] {
  return [
    row(
      /HTTP[\s\S]*\b(ExpiredToken|TokenRefreshRequired|RequestExpired)\b/,
      'The server refuses keys that have run out ($1).',
      'Sign in again, or renew session_token of the secret in profiles.yml.',
    ),
    row(
      /HTTP[\s\S]*\bRequestTimeTooSkewed\b/,
      "The server refuses a request because this machine's clock is minutes off (RequestTimeTooSkewed).",
      "Set this machine's clock.",
    ),
    row(
      /HTTP[\s\S]*\b(AuthorizationHeaderMalformed|PermanentRedirect|TemporaryRedirect)\b/,
      'The bucket is in another region than the secret says ($1).',
      'Set `region` of the secret in profiles.yml to that of the bucket, and check its endpoint.',
    ),
    row(
      /HTTP[\s\S]*\b(InvalidAccessKeyId|SignatureDoesNotMatch|InvalidTokenId|InvalidToken)\b/,
      'The server does not know the keys of the secret ($1).',
      'Check key_id, secret, session_token and endpoint of the secret in profiles.yml.',
    ),
    row(
      /Request returned HTTP (408|429|5\d\d) for HTTP (\w+) to '([^']+)'/,
      'The server answered HTTP $1, each time that it was asked ($2 $3).',
      'Run it again later; `http_retries` under `settings:` of the target says how often is tried.',
    ),
    row(
      /(Server returned nothing|Transferred a partial file|Timeout was reached|Could not connect to server)[^']*error for HTTP (\w+) to '([^']+)'/i,
      'The server did not answer to the end, each time that it was asked ($2 $3): $1.',
      'Check the endpoint and `use_ssl` of the secret, and whether the server answers; then run it again.',
    ),
    row(
      /No valid Azure credentials found|Cannot identify the storage account from path/,
      'DuckDB has no secret of type azure for this URI.',
      'Add one to `secrets:` of the target in profiles.yml whose `scope` the URI begins with, or which has none.',
    ),
    row(
      /Azure\w+ \S[\s\S]*? '?((?:az|azure|abfss):\S+?)'? failed with (?:code ')?(AuthorizationFailure|AuthenticationFailed|InvalidAuthenticationInfo|AuthorizationPermissionMismatch|NoAuthenticationInformation)/,
      'Azure refuses the secret for $1 ($2).',
      'Check the connection string or the key of the secret in profiles.yml, and that they are meant for this account; whoever is signed in needs the role Storage Blob Data Contributor.',
    ),
    row(
      /Azure\w+ \S[\s\S]*? '?((?:az|azure|abfss):\S+?)'? failed with (?:code ')?ContainerNotFound/,
      'There is no container for $1.',
      'Make it, or check its name and the account of the secret.',
    ),
    row(
      /AzureStorageFileSystem could not open file: '([^']+)'[\s\S]*?Fail to get a new connection for: (\S+)\. ([^'\n]+)/,
      'Azure was not reached for $1: $2: $3.',
      'Check the name of the account in the secret and its endpoint, and whether this machine has a way there.',
    ),
  ];
}
