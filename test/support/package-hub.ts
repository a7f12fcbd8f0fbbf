import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';

/** One version of a package of the hub. */
export interface HubFixture {
  readonly files: Readonly<Record<string, string>>;
  /** Entries of its packages.yml, as the hub tells them. */
  readonly packages?: readonly Readonly<Record<string, unknown>>[];
  readonly requireDbtVersion?: readonly string[];
  /** In its facts at the hub; default: the name behind the owner. */
  readonly name?: string;
}

/** A server on this machine that speaks as much of the hub's API as dbt asks for. */
export interface PackageHub {
  /** With the slash at its end that DBT_PACKAGE_HUB_URL needs. */
  readonly url: string;
  /** The paths that were asked for. */
  readonly requests: string[];
  /** How many more requests are answered with status 503. */
  failures: number;
  /** Further answers by path: bytes, a status, or none ever. */
  readonly extra: Map<string, Buffer | number | 'silence'>;
  close(): Promise<void>;
}

/** Writes files below a folder. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** A gzipped tar archive with files in one folder, as archives of repositories are. */
export function tarball(work: string, top: string, files: Readonly<Record<string, string>>): Buffer {
  const folder = join(work, 'tar');
  rmSync(folder, { recursive: true, force: true });
  writeFiles(join(folder, top), files);
  execFileSync('tar', ['-czf', join(work, 'made.tgz'), '-C', folder, top]);
  return readFileSync(join(work, 'made.tgz'));
}

/** Makes a git repository of one commit a step, each with a tag. Returns the commits. */
export function gitRepository(
  folder: string,
  steps: readonly { readonly tag: string; readonly files: Readonly<Record<string, string>> }[],
): readonly string[] {
  mkdirSync(folder, { recursive: true });
  const git = (...parameters: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=eider', '-c', 'user.email=eider@example.org', ...parameters], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
    }).trim();
  git('init', '--quiet', '--initial-branch', 'main');
  return steps.map(({ files, tag }) => {
    writeFiles(folder, files);
    git('add', '--all');
    git('commit', '--quiet', '--message', tag);
    git('tag', '--annotate', tag, '--message', tag);
    return git('rev-parse', 'HEAD');
  });
}

/** Starts a hub with packages: by `owner/name`, then by version. `work` is a folder for archives. */
export async function startPackageHub(
  work: string,
  packages: Readonly<Record<string, Readonly<Record<string, HubFixture>>>>,
): Promise<PackageHub> {
  mkdirSync(work, { recursive: true });
  const requests: string[] = [];
  const extra = new Map<string, Buffer | number | 'silence'>();
  const answers = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push(path);
    const answer = hub.failures > 0 ? 503 : (extra.get(path) ?? answers.get(path) ?? 404);
    if (hub.failures > 0) hub.failures -= 1;
    if (answer === 'silence') return;
    if (typeof answer === 'number') response.writeHead(answer).end();
    else response.end(answer);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const close = (): Promise<void> =>
    new Promise((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
  const hub = { url, requests, failures: 0, extra, close };
  const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  answers.set('/api/v1/index.json', json(Object.keys(packages)));
  for (const [id, versions] of Object.entries(packages)) {
    const [namespace = '', short = ''] = id.split('/');
    const facts = Object.entries(versions).map(([version, fixture]) => {
      const path = `/tarballs/${id}/${version}.tar.gz`;
      answers.set(path, tarball(work, `${short}-${version}`, fixture.files));
      const downloads = { format: 'tgz', tarball: url.slice(0, -1) + path };
      return [
        version,
        {
          id: `${id}/${version}`,
          name: fixture.name ?? short,
          version,
          packages: fixture.packages ?? [],
          require_dbt_version: fixture.requireDbtVersion ?? [],
          downloads,
        },
      ];
    });
    answers.set(`/api/v1/${id}.json`, json({ name: short, namespace, versions: Object.fromEntries(facts) }));
  }
  return hub;
}
