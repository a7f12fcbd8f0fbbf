import {
  buildGraph,
  createCompiler,
  type Diagnostic,
  EiderError,
  type Graph,
  type Manifest,
  type ParseCache,
  parseProject,
  readProject,
} from '@eider/core';

/** What a call is given beside the project's files. */
export interface Surroundings {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly vars: Readonly<Record<string, unknown>>;
  readonly flags: Readonly<Record<string, unknown>>;
  readonly target: string | undefined;
  /** Another one at each step: so is the invocation's id. */
  readonly startedAt: Date;
}

/** All that reading, parsing, linking and compiling show a caller. */
export interface Outcome {
  readonly found: readonly Diagnostic[];
  readonly envRead: readonly string[];
  readonly files: readonly unknown[];
  readonly manifest: Manifest | null;
  readonly parsed: readonly Diagnostic[];
  readonly said: readonly string[];
  readonly order: readonly string[];
  readonly compiled: readonly unknown[];
}

/** Reads, parses and links a project, and compiles some of its models without a database. A cache that keeps parses whole keeps this one. */
export async function outcomeOf(around: Surroundings, cache?: ParseCache): Promise<Outcome> {
  const { folder, env, vars, flags, target, startedAt } = around;
  const kept = cache === undefined ? {} : { cache };
  const options = { projectDir: folder, profilesDir: folder, cwd: folder, env, vars, ...kept };
  const read = await readProject(target === undefined ? options : { ...options, target });
  const found = { found: read.diagnostics, envRead: read.envRead };
  const { project } = read;
  if (project === null) return { ...found, files: [], manifest: null, parsed: [], said: [], order: [], compiled: [] };
  const said: string[] = [];
  const rendering = {
    startedAt,
    invocationId: `invocation ${startedAt.getTime()}`,
    flags,
    onLog: (message: string, info: boolean, node: string | null) => void said.push(`${info} ${node}: ${message}`),
    onPrint: (message: string) => void said.push(message),
  };
  const parsed = parseProject(project, { ...rendering, ...kept });
  const { manifest, diagnostics } = parsed;
  const linked = buildGraph(manifest);
  await cache?.save?.();
  if (parsed.whole !== undefined && linked.diagnostics.length === 0) await cache?.wholes?.keep(parsed.whole, {});
  // What later steps do to the records must not reach the cache: the copy is the result.
  const records = structuredClone(manifest);
  const compiler = createCompiler(project, manifest, linked.graph, { ...rendering, macros: parsed.macros() });
  return {
    ...found,
    files: project.files,
    manifest: records,
    parsed: [...diagnostics, ...linked.diagnostics],
    said,
    order: orderOf(linked.graph),
    compiled: await compileSome(compiler, manifest),
  };
}

function orderOf(graph: Graph): readonly string[] {
  return graph.order().map((id) => `${id}: ${graph.parents(id).join(' ')}`);
}

async function compileSome(compiler: ReturnType<typeof createCompiler>, manifest: Manifest): Promise<unknown[]> {
  const ids = Object.keys(manifest.nodes).filter((id) => id.startsWith('model.'));
  const some = ids.filter((_, index) => index % 7 === 0).slice(0, 3);
  return Promise.all(
    some.map((id) =>
      compiler.compile(id, null).then(
        ({ sql }) => sql,
        (failure: unknown) => (failure instanceof EiderError ? failure.diagnostics : String(failure)),
      ),
    ),
  );
}
