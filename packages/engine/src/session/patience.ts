import type { Target } from '@eider/core';
import type { Connection } from './session.ts';

const setting = 'http_retries';

/** Tries after the first: DuckDB waits 0.1 s before the second one and four times longer each time, 8.5 s in all, as long as eider's own requests. */
const retries = 5;

/** Lets DuckDB's requests wait for a busy server as long as eider's own do; what the profile says counts more. For a DuckDB that has httpfs. */
export async function applyPatience(connection: Connection, target: Target): Promise<void> {
  const said = { ...target.configOptions, ...target.settings };
  if (said[setting] === undefined) await connection.query(`SET GLOBAL ${setting} = ${retries}`);
}
