import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHttpClient, type HttpClient } from './http-client.ts';

let answer: (request: IncomingMessage, response: ServerResponse) => void;
let server: Server;
let port = 0;
let client: HttpClient;
const requests: string[] = [];

beforeEach(async () => {
  for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy'])
    vi.stubEnv(name, '');
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  port = (server.address() as AddressInfo).port;
  requests.length = 0;
  client = await createHttpClient({ onRequest: (text) => requests.push(text), pause: 1 });
});

afterEach(async () => {
  await client.close();
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
  vi.unstubAllEnvs();
});

describe('the way to a server', () => {
  it('gives JSON, and null where there is nothing', async () => {
    answer = ({ url }, response) => (url === '/a' ? response.end('{"a": 1}') : response.writeHead(404).end());
    expect(await client.json(`http://127.0.0.1:${port}/a`)).toEqual({ a: 1 });
    expect(await client.json(`http://127.0.0.1:${port}/b`)).toBeNull();
  });

  it('tries again what may pass, and gives up at last', async () => {
    let count = 0;
    answer = (_, response) => {
      count += 1;
      if (count === 1) response.destroy();
      else if (count === 2) response.writeHead(503).end();
      else if (count === 3) response.end('<html>');
      else response.end('[]');
    };
    expect(await client.json(`http://127.0.0.1:${port}/`)).toEqual([]);
    count = -99;
    answer = (_, response) => {
      count += 1;
      response.writeHead(500).end();
    };
    await expect(client.json(`http://127.0.0.1:${port}/x`)).rejects.toThrow('after 6 attempts: HTTP status 500');
    expect(count).toBe(-93);
  });

  it('gives up at once where another attempt would be the same', async () => {
    answer = (_, response) => response.writeHead(403).end();
    await expect(client.json(`http://127.0.0.1:${port}/x`)).rejects.toThrow('HTTP status 403');
    expect(requests.filter((text) => text.startsWith('GET'))).toHaveLength(1);
    await expect(client.json('file:///etc/passwd')).rejects.toThrow('is no address of a server');
  });

  it('sends a name and password as a header, and tells nobody', async () => {
    answer = ({ headers }, response) => response.end(JSON.stringify(headers.authorization ?? null));
    const expected = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
    expect(await client.json(`http://me:p%40ss@127.0.0.1:${port}/`)).toBe(expected);
    answer = (_, response) => response.writeHead(401).end();
    const failure = await client.json(`http://me:p%40ss@127.0.0.1:${port}/`).catch((one: Error) => one);
    expect(JSON.stringify([requests, String(failure)])).not.toMatch(/p@ss|p%40ss/);
  });

  it('writes what it gets to a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'eider-http-'));
    answer = (_, response) => response.end(Buffer.from([1, 2, 3]));
    await client.download(`http://127.0.0.1:${port}/`, join(folder, 'f'));
    expect([...readFileSync(join(folder, 'f'))]).toEqual([1, 2, 3]);
    rmSync(folder, { recursive: true });
  });

  it('goes through the proxy that the environment names, and not to hosts that it excepts', async () => {
    answer = (_, response) => response.end('"there"');
    const asked: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      const onward = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      onward.pipe(socket).pipe(onward);
      onward.on('error', () => socket.destroy());
      socket.on('error', () => onward.destroy());
    });
    await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
    vi.stubEnv('http_proxy', `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
    vi.stubEnv('no_proxy', '127.0.0.1');
    const through = await createHttpClient({ onRequest: () => undefined, pause: 1 });
    expect(await through.json('http://hub.example/')).toBe('there');
    expect(await through.json(`http://127.0.0.1:${port}/`)).toBe('there');
    expect(asked).toEqual(['hub.example:80']);
    await through.close();
    proxy.closeAllConnections();
    await new Promise((closed) => proxy.close(closed));
  });
});
