import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Target } from '@eider/core';
import {
  type FilesGeneration,
  type Generation,
  type Lake,
  lakeOptions,
  openLake,
  type RunEvent,
  type RunOutcome,
  type RunRequest,
  runProject,
} from '@eider/engine';
import { type HandNode, handCompiler } from './hand-compiler.ts';

/** A played run: its outcome, its events in order, and each result as `status message` by name. */
export interface Play extends RunOutcome {
  readonly events: RunEvent[];
  readonly said: Record<string, string>;
}

/** What a run is asked for beyond its nodes. `select`: names of nodes, all where absent. */
export interface Choice extends Partial<Omit<RunRequest, 'selected'>> {
  readonly select?: readonly string[];
  readonly target?: Partial<Target>;
  readonly onRunStart?: readonly string[];
  readonly onRunEnd?: readonly string[];
}

/** A hand-made project in a temporary folder, and the lake that its runs commit to. */
export interface RunFixture {
  readonly root: string;
  readonly lake: Lake;
  /** The published catalog. */
  readonly catalog: string;
  run(nodes: Readonly<Record<string, HandNode>>, choice?: Choice): Promise<Play>;
  /** The committed generation of a model or seed. */
  generation(name: string): Promise<Generation | undefined>;
  /** As `generation`, which must be one of files. */
  files(name: string): Promise<FilesGeneration>;
  close(): Promise<void>;
}

/** Makes the folder and opens the lake in it. */
export async function runFixture(): Promise<RunFixture> {
  const root = await mkdtemp(join(tmpdir(), 'eider-run-'));
  const lake = await openLake(lakeOptions(handCompiler({ root, nodes: { any: {} } }), { eiderVersion: '0' }));
  const generation: RunFixture['generation'] = async (name) => {
    const head = await lake.head();
    return (await head?.generation(`model.shop.${name}`)) ?? (await head?.generation(`seed.shop.${name}`));
  };
  return {
    ...{ root, lake, generation },
    catalog: join(root, 'catalog/dev.duckdb'),
    run: (nodes, choice) => play(root, nodes, choice ?? {}),
    files: async (name) => {
      const found = await generation(name);
      if (found?.kind !== 'files') throw new Error(`${name} has no generation of files`);
      return found;
    },
    close: () => rm(root, { recursive: true }),
  };
}

async function play(root: string, nodes: Readonly<Record<string, HandNode>>, choice: Choice): Promise<Play> {
  const { onRunEnd, onRunStart, select, target, ...more } = choice;
  const hooks = { ...(onRunStart && { onRunStart }), ...(onRunEnd && { onRunEnd }) };
  const compiler = handCompiler({ root, nodes, ...(target && { target }), ...hooks });
  const events: RunEvent[] = [];
  const isSelected = (id: string): boolean => select?.includes(compiler.manifest.nodes[id]?.name ?? '') ?? true;
  const outcome = await runProject({
    compiler,
    command: 'build',
    selected: compiler.graph.ids.filter(isSelected),
    partial: select !== undefined,
    ...{ threads: 4, fullRefresh: false, failFast: false, storeFailures: false, eiderVersion: '0' },
    onEvent: (event) => events.push(event),
    ...more,
  });
  const said = outcome.results.map(({ message, node, status }) => [node.split('.').at(-1), `${status} ${message}`]);
  return { ...outcome, events, said: Object.fromEntries(said) };
}
