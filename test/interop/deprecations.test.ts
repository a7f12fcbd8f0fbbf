import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deprecationCodes } from '@eider/core';
import { afterAll, expect, test } from 'vitest';
import { commandsOf, deprecationCases, writeCase } from '../support/deprecation-cases.ts';
import { runProgram } from '../support/run-program.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';
import { findPeers } from './peers.ts';

const { dbtPython, home } = findPeers();
const folder = temporaryFolder('dbt-deprecated');
afterAll(() => removeFolder(folder));

/**
 * Deprecations that nobody meets with dbt-duckdb: those of dbt's schemas of YAML, which are held against four other adapters' projects alone, those of
 * adapters, and those that dbt itself no longer gives.
 */
const elsewhere = [
  ...['CustomKeyInConfigDeprecation', 'CustomKeyInObjectDeprecation', 'CustomTopLevelKeyDeprecation'],
  ...['GenericJSONSchemaValidationDeprecation', 'MissingPlusPrefixDeprecation', 'SourceOverrideDeprecation'],
  'CollectFreshnessReturnSignature',
];
/** Renamed variables join dbt's list when one is met. */
const later = ['EnvironmentVariableRenamed'];

test('dbt counts what the table of cases says', { timeout: 600_000 }, async () => {
  const requests = deprecationCases.map((one, index) => {
    const own = join(folder, String(index));
    writeCase(own, one);
    return { folder: own, commands: commandsOf(one), env: one.env ?? {} };
  });
  const [request, response] = [join(folder, 'request.json'), join(folder, 'response.json')];
  writeFileSync(request, JSON.stringify(requests));
  const peer = join(import.meta.dirname, 'deprecations_peer.py');
  const env = { HOME: home, DBT_SEND_ANONYMOUS_USAGE_STATS: '0' };
  const { stderr } = await runProgram([dbtPython, peer, request, response], { cwd: folder, env });
  const answer = JSON.parse(readFileSync(response, 'utf8')) as {
    readonly names: readonly string[];
    readonly results: readonly { readonly success: boolean; readonly counts: Readonly<Record<string, number>> }[];
  };
  const said = answer.results.map(({ counts, success }, index) => [deprecationCases[index]?.case, success, counts]);
  const table = deprecationCases.map((one) => [one.case, (one.exit ?? 0) === 0, one.events]);
  expect(said, stderr.slice(-2000)).toEqual(table);
  expect([...answer.names, ...later].sort()).toEqual([...Object.keys(deprecationCodes), ...elsewhere].sort());
});
