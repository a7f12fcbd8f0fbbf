import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';
import { findVersitygw } from './peers.ts';

/** An S3 server that is not ours, with an empty bucket `lake`. */
export interface Versitygw {
  /** `http://127.0.0.1:PORT`. */
  readonly endpoint: string;
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string };
  close(): void;
}

/** Starts versitygw over a temporary folder. */
export async function startVersitygw(): Promise<Versitygw> {
  const keys = { accessKeyId: 'tester', secretAccessKey: 'tester-secret' };
  const folder = temporaryFolder('versitygw');
  mkdirSync(join(folder, 'lake'));
  const port = await freePort();
  const server = spawn(findVersitygw(), ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', folder], {
    stdio: 'ignore',
    env: { ...process.env, ROOT_ACCESS_KEY: keys.accessKeyId, ROOT_SECRET_KEY: keys.secretAccessKey },
  });
  const close = (): void => {
    server.kill();
    removeFolder(folder);
  };
  const endpoint = `http://127.0.0.1:${port}`;
  for (let turn = 0; turn < 600; turn++) {
    if (await fetch(`${endpoint}/`).catch(() => undefined)) return { endpoint, keys, close };
    await wait(100);
  }
  close();
  throw new Error(`versitygw did not answer at ${endpoint}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
