import { spawn } from 'node:child_process';
import { cp, mkdir, rm, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { EiderError, error, type GitRequest, withoutPassword } from '@eider/core';

/** Asks repositories by the `git` command: with the user's own settings, keys and credential helpers. */
export interface GitClient {
  /** The commit that a revision means. */
  commitOf(request: GitRequest): Promise<string>;
  /** Puts the files of a commit (of its subdirectory, where one is asked for) into a folder that does not exist yet, without git's own. */
  exportTo(request: GitRequest, commit: string, folder: string): Promise<void>;
}

export interface GitOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The project's folder, where relative addresses begin. */
  readonly cwd: string;
  /** Whether git may ask for a password on the terminal. */
  readonly mayAsk: boolean;
  /** Takes secrets out of what git says. */
  readonly scrub: (text: string) => string;
  readonly onCommand: (text: string) => void;
}

interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

const wholeCommit = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/** Methods throw EiderError: `package/unreachable` where git or the repository cannot be had, `package/not-found` for a revision or folder. */
export function createGitClient(options: GitOptions): GitClient {
  const run = (parameters: readonly string[], request: GitRequest): Promise<Said> =>
    runGit(parameters, request, options);
  const must = async (parameters: readonly string[], request: GitRequest): Promise<Said> => {
    const said = await run(parameters, request);
    if (said.code !== 0) throw failed(request, reasonOf(said, request, options));
    return said;
  };
  return {
    async commitOf(request) {
      const { revision } = request;
      if (revision !== null && wholeCommit.test(revision)) return revision;
      const name = revision ?? 'HEAD';
      const refs = name === 'HEAD' ? ['HEAD'] : [`refs/tags/${name}`, `refs/tags/${name}^{}`, `refs/heads/${name}`];
      const { out } = await must(['ls-remote', '--', request.url, ...refs], request);
      const found = new Map(out.split('\n').map((line) => line.split('\t').reverse() as [string, string]));
      // A tag goes before a branch; an annotated one is the commit that it names.
      const commit = [refs[1], ...refs].map((ref) => found.get(ref ?? '')).find((one) => one !== undefined);
      if (commit === undefined) throw noRevision(request);
      return commit;
    },
    async exportTo(request, commit, folder) {
      const work = `${folder}.git`;
      await mkdir(work, { recursive: true });
      try {
        await must(['-C', work, 'init', '--quiet'], request);
        await fetchCommit(request, commit, { work, run, must });
        await must(['-C', work, '-c', 'advice.detachedHead=false', 'checkout', '--quiet', '--force', commit], request);
        const from = await subdirectoryOf(work, request);
        await cp(from, folder, {
          recursive: true,
          verbatimSymlinks: true,
          filter: (path) => path !== join(work, '.git'),
        });
      } finally {
        await rm(work, { recursive: true, force: true });
      }
    },
  };
}

interface Runs {
  readonly work: string;
  readonly run: (parameters: readonly string[], request: GitRequest) => Promise<Said>;
  readonly must: (parameters: readonly string[], request: GitRequest) => Promise<Said>;
}

/** One commit alone, where the server gives it; else the whole history, in which it must be. */
async function fetchCommit(request: GitRequest, commit: string, { must, run, work }: Runs): Promise<void> {
  const fetch = ['-C', work, 'fetch', '--quiet', '--no-recurse-submodules'];
  const alone = await run([...fetch, '--depth', '1', '--', request.url, commit], request);
  if (alone.code === 0) return;
  await must([...fetch, '--tags', '--', request.url, '+refs/heads/*:refs/heads/eider/*'], request);
  const there = await run(['-C', work, 'cat-file', '-e', `${commit}^{commit}`], request);
  if (there.code !== 0) throw noRevision({ ...request, revision: commit });
}

async function subdirectoryOf(work: string, request: GitRequest): Promise<string> {
  if (request.subdirectory === null) return work;
  const folder = resolve(work, request.subdirectory);
  const isInside = folder.startsWith(work + sep);
  if (isInside && (await stat(folder).catch(() => null))?.isDirectory() === true) return folder;
  const message = `${request.label} has no folder "${request.subdirectory}".`;
  throw new EiderError([error('package/not-found', message, { hint: 'Correct `subdirectory:`.' })]);
}

/** Variables that say which repository git works on, as they are set in hooks. */
const ofOtherRepositories = /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|COMMON_DIR|PREFIX|NAMESPACE)$/;

function runGit(parameters: readonly string[], request: GitRequest, options: GitOptions): Promise<Said> {
  const own = Object.fromEntries(Object.entries(options.env).filter(([name]) => !ofOtherRepositories.test(name)));
  const env = { ...own, LC_ALL: 'C', ...(options.mayAsk ? {} : { GIT_TERMINAL_PROMPT: '0' }) };
  options.onCommand(options.scrub(`git ${parameters.map(withoutPassword).join(' ')}`));
  return new Promise((done, fail) => {
    const child = spawn('git', [...parameters], { cwd: options.cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const [out, errors]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    child.on('error', (failure: NodeJS.ErrnoException) =>
      fail(failed(request, failure.code === 'ENOENT' ? 'there is no `git` on this machine' : failure.message)),
    );
    child.on('close', (code) =>
      done({ code, out: Buffer.concat(out).toString(), errors: Buffer.concat(errors).toString() }),
    );
  });
}

/** What git said last that is no progress. */
function reasonOf({ code, errors }: Said, request: GitRequest, { scrub }: GitOptions): string {
  const lines = errors.split('\n').filter((line) => /^(?:fatal|error|remote|ssh|Permission|Host)\b/.test(line));
  const said =
    (lines.length > 0 ? lines : [errors]).join('; ').trim().replace(/\.$/, '') || `git ended with exit code ${code}`;
  return scrub(said.replaceAll(request.url, request.label).replace(/\S+:\/\/\S+/g, withoutPassword));
}

function failed({ label }: GitRequest, reason: string): EiderError {
  const hint = /no `git`/.test(reason)
    ? 'Install git (https://git-scm.com), or take the package from the hub.'
    : /authentication|could not read|permission denied|not found/i.test(reason)
      ? "Check the address and the credentials: https://{{ env_var('DBT_ENV_SECRET_TOKEN') }}@host/owner/name.git"
      : 'Check the address and the network; `git clone` of the same address must work.';
  return new EiderError([error('package/unreachable', `${label} cannot be read: ${reason}.`, { hint })]);
}

function noRevision({ label, revision }: GitRequest): EiderError {
  const isShort = /^[0-9a-f]{4,39}$/.test(revision ?? '');
  const hint = isShort
    ? 'A commit needs all of its 40 characters: servers know no shorter ones.'
    : 'Correct `revision:`: a tag, a branch, or a commit of 40 characters.';
  const message = revision === null ? `${label} holds no commit.` : `${label} has no revision "${revision}".`;
  return new EiderError([error('package/not-found', message, { hint })]);
}
