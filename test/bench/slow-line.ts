import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A request that went over the line. */
export interface Passed {
  readonly method: string;
  /** With its query, as it was asked for. */
  readonly path: string;
  readonly status: number;
  /** Bytes of the bodies, up and down. */
  readonly sent: number;
  readonly received: number;
}

/** A way to a server that is slower than the server. */
export interface SlowLine {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  /** What went over it since the last call. */
  passed(): readonly Passed[];
  close(): void;
}

/** Passes requests on to a server (`http://127.0.0.1:PORT`), each so many milliseconds later. */
export async function openSlowLine(server: string, latency: number): Promise<SlowLine> {
  const agent = new Agent({ keepAlive: true });
  const port = Number(new URL(server).port);
  let passed: Passed[] = [];
  const pass = async (asked: IncomingMessage, answered: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of asked) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    await wait(latency);
    const { headers, method = 'GET', url: path = '/' } = asked;
    const onward = request({ host: '127.0.0.1', port, method, path, headers, agent }, (answer) => {
      let received = 0;
      answered.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.on('data', (chunk: Buffer) => {
        received += chunk.length;
      });
      answer.on('end', () => {
        passed.push({ method, path, status: answer.statusCode ?? 502, sent: body.length, received });
      });
      answer.pipe(answered);
    });
    onward.on('error', () => answered.destroy());
    onward.end(body);
  };
  const line = createServer((asked, answered) => void pass(asked, answered).catch(() => answered.destroy()));
  await new Promise<void>((ready) => line.listen(0, '127.0.0.1', ready));
  return {
    address: `127.0.0.1:${(line.address() as AddressInfo).port}`,
    passed: () => {
      const all = passed;
      passed = [];
      return all;
    },
    close: () => {
      line.close();
      line.closeAllConnections();
      agent.destroy();
    },
  };
}
