import { type Compiler, type Diagnostic, EiderError, error, type PublishHook } from '@eider/core';
import type { Lake } from '../lake/lake.ts';
import type { LedgerEntry } from '../lake/ledger.ts';
import { explainSql } from '../session/explain-sql.ts';
import { openSession } from '../session/open-session.ts';
import { quoteText } from '../session/quote.ts';
import { type Connection, SqlError } from '../session/session.ts';
import type { RunEvent } from './events.ts';
import { lakeOptions } from './lake-options.ts';
import { runCommand } from './run-command.ts';
import { storePublished, storesAny } from './store-published.ts';

export interface TellRequest {
  readonly compiler: Compiler;
  readonly lake: Lake;
  readonly onEvent: (event: RunEvent) => void;
  readonly signal?: AbortSignal | undefined;
  readonly now: () => Date;
}

/** What came of telling others of a commit. */
export interface Told {
  /** How many hooks failed. */
  readonly failures: number;
  /** What went wrong with models that their plugins could not store, by unique id. */
  readonly notStored: ReadonlyMap<string, Diagnostic>;
}

/**
 * Gives what was committed to the plugins of models, then runs the hooks of `publish.on_publish`, where that has not been done for the head yet: after a
 * commit, and where a command was killed before it. Each hook is run for a commit once it is begun with, whatever comes of it, and so is each plugin; `again`
 * runs them in any case. What fails with hooks is an event.
 */
export async function tellPublished(request: TellRequest, again = false): Promise<Told> {
  const { compiler, lake, signal } = request;
  const hooks = compiler.project.target.publish.onPublish ?? [];
  if (hooks.length === 0 && !storesAny(compiler)) return { failures: 0, notStored: new Map() };
  const head = await lake.head();
  const told = await lake.told();
  const number = head?.entry.number ?? 0;
  // Hooks that are new in the profile wait for the next commit.
  const isDue = told !== undefined && told < number;
  let failures = 0;
  let notStored: Told['notStored'] = new Map();
  if (head !== undefined && (isDue || again)) {
    const stored = await storePublished(request, head, again ? 0 : (told ?? 0));
    // Who was told to stop leaves them to the next command.
    if (stored === null) return { failures, notStored };
    notStored = stored;
    const place = publication(compiler, lake, head.entry);
    for (const [index, hook] of hooks.entries())
      if (!(await runHook({ ...request, ...place }, hook, index))) failures += 1;
    if (signal?.aborted) return { failures, notStored };
  }
  if (told !== number) await lake.setTold(number);
  return { failures, notStored };
}

/** As `tellPublished`, where no node's result can say what went wrong: it is an event too. Gives how many failed. */
export async function tellApart(request: TellRequest, again = false): Promise<number> {
  const { failures, notStored } = await tellPublished(request, again);
  for (const diagnostic of notStored.values()) request.onEvent({ kind: 'finding', diagnostic });
  return failures + notStored.size;
}

interface Publication {
  readonly catalog: string;
  /** What hooks find in their environment. */
  readonly variables: Readonly<Record<string, string>>;
}

function publication(compiler: Compiler, lake: Lake, entry: LedgerEntry): Publication {
  const { project } = compiler;
  const { livePath, publishPath } = lakeOptions(compiler, { eiderVersion: '' });
  return {
    catalog: publishPath,
    variables: {
      EIDER_PROJECT: project.name,
      EIDER_TARGET: project.target.targetName,
      EIDER_SCHEMA: project.target.schema,
      EIDER_CATALOG: publishPath,
      ...(livePath === null ? {} : { EIDER_LIVE: livePath }),
      EIDER_STATE: lake.state,
      EIDER_COMMIT: String(entry.number),
      EIDER_BUILD: entry.build,
      EIDER_COMMAND: entry.command,
      EIDER_COMMITTED_AT: entry.committedAt,
    },
  };
}

async function runHook(request: TellRequest & Publication, hook: PublishHook, index: number): Promise<boolean> {
  const { compiler, now, onEvent } = request;
  const total = compiler.project.target.publish.onPublish?.length ?? 0;
  const { name: owner } = compiler.project;
  const id = `operation.${owner}.${owner}-on-publish-${index}`;
  const about = { id, name: `${owner}.on-publish.${index}`, index: index + 1, total };
  const started = now().getTime();
  onEvent({ kind: 'hook-started', ...about });
  const finding = await ('sql' in hook ? runSql(request, hook, index) : runProgram(request, hook, index));
  const status = finding === null ? 'success' : 'error';
  onEvent({ kind: 'hook-finished', ...about, ms: now().getTime() - started, status });
  if (finding !== null) onEvent({ kind: 'finding', diagnostic: finding });
  return finding === null;
}

const advice = 'What was published stays. Mend it, then run eider publish: that runs the hooks again.';

function failure(compiler: Compiler, index: number, text: string, more: readonly string[] = []): Diagnostic {
  const { written } = compiler.project.target;
  const entry = written?.get('publish')?.get('on_publish');
  const place = entry?.get(index)?.place ?? entry?.place;
  const hint = [...more, advice].join('\n');
  // profiles.yml is not shown: what stands there may be a secret.
  const message = `The hook ${index + 1} of on_publish ${text}.`;
  return { ...error('engine/publish-hook', message, { hint, excerpt: '' }), ...(place && { place }) };
}

const shownLines = 5;

async function runProgram(
  { compiler, onEvent, signal, variables }: TellRequest & Publication,
  hook: Extract<PublishHook, { command: unknown }>,
  index: number,
): Promise<Diagnostic | null> {
  const { env, name, root } = compiler.project;
  const last: string[] = [];
  const ending = await runCommand({
    command: hook.command,
    cwd: root,
    env: { ...env, ...variables },
    timeoutMs: hook.timeout * 1000,
    signal,
    onLine: (line) => {
      last.push(line);
      if (last.length > shownLines) last.shift();
      onEvent({ kind: 'log', message: `${name}.on-publish.${index}: ${line}`, info: false, node: null });
    },
  });
  return ending === null ? null : failure(compiler, index, ending, last);
}

/** SQL runs in a database of its own in memory, set up by the profile, with the published catalog as the current database, read-only. */
async function runSql(
  { catalog, compiler, signal }: TellRequest & Publication,
  hook: Extract<PublishHook, { sql: string }>,
  index: number,
): Promise<Diagnostic | null> {
  const { root, target } = compiler.project;
  const session = await openSession(target, { inMemory: true, folder: root });
  let isLate = false;
  const interrupt = (): void => session.interrupt();
  const timer = setTimeout(() => {
    isLate = true;
    interrupt();
  }, hook.timeout * 1000);
  signal?.addEventListener('abort', interrupt, { once: true });
  try {
    const connection = await session.connect();
    await useCatalog(connection, catalog);
    await connection.query(hook.sql);
    return null;
  } catch (cause) {
    if (isLate) return failure(compiler, index, `was ended after ${hook.timeout} s`);
    if (cause instanceof EiderError) return failure(compiler, index, `failed: ${cause.message}`);
    if (!(cause instanceof SqlError)) throw cause;
    const { hint, message } = explainSql(cause.message);
    return failure(compiler, index, `failed: ${message.replace(/\.$/, '')}`, hint === undefined ? [] : [hint]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', interrupt);
    await session.close();
  }
}

async function useCatalog(connection: Connection, catalog: string): Promise<void> {
  await connection.query(`ATTACH ${quoteText(catalog)} AS eider_catalog (READ_ONLY); USE eider_catalog`);
}
