import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { removeFolder } from '../support/temporary-project.ts';

/** A server of buckets that is not ours, with an empty bucket `lake`. */
export interface RealServer {
  /** `http://127.0.0.1:PORT`, or https. */
  readonly endpoint: string;
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Resolves when the program is gone, and what it kept too. */
  close(): Promise<void>;
}

export const serverKeys: RealServer['keys'] = { accessKeyId: 'tester', secretAccessKey: 'tester-secret' };

export interface ServerProgram {
  /** What runs, with the port that it is to listen on. */
  readonly command: (port: number) => readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where it keeps everything; deleted in the end. */
  readonly folder: string;
  readonly secure: boolean;
}

/** Starts a server on a free port, and waits until it listens. */
export async function startProgram({ command, env, folder, secure }: ServerProgram): Promise<RealServer> {
  const port = await freePort();
  const [program = '', ...parameters] = command(port);
  const server = spawn(program, parameters, { stdio: 'ignore', env: { ...process.env, ...env } });
  const close = async (): Promise<void> => {
    const gone = isAlive(server) ? once(server, 'exit') : undefined;
    server.kill('SIGKILL');
    // Until then it may write.
    await gone;
    removeFolder(folder);
  };
  const endpoint = `${secure ? 'https' : 'http'}://127.0.0.1:${port}`;
  for (let turn = 0; turn < 600 && isAlive(server); turn++) {
    if (await listens(port)) return { endpoint, keys: serverKeys, close };
    await wait(100);
  }
  await close();
  throw new Error(`${program} did not answer at ${endpoint}`);
}

function isAlive({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
