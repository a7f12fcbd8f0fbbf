import { createLookup } from '../../packages/core/src/context/lookup.ts';
import type { RenderContext } from '../../packages/core/src/context/render-context.ts';
import type { RenderScope } from '../../packages/core/src/context/render-scope.ts';
import { nodeOf, runContext } from '../../packages/core/src/context/run-context.ts';
import { EiderError, type Manifest, parseProject, readProject } from '../../packages/core/src/index.ts';
import { JinjaEnvironment, JinjaError } from '../../packages/core/src/jinja/index.ts';
import { hostFunction, iterate, PyError, repr, toStr } from '../../packages/core/src/jinja/values/index.ts';
import { readMacros } from '../../packages/core/src/parse/macros.ts';
import type { ParseState } from '../../packages/core/src/parse/parse-state.ts';
import { collectingContext } from '../../packages/core/src/parse/render-node.ts';
import { databasePort, openSession } from '../../packages/engine/src/index.ts';

/** What a template that notes a value made of it; `expressions_peer.py` gives the same. */
export type Noted =
  | { readonly repr: string; readonly text: string; readonly kinds: readonly boolean[]; readonly printed: string }
  /** `return()` left the template. */
  | { readonly returned: true }
  | { readonly nothing: true }
  | { readonly error: string; readonly message: string };

export interface NotedAll {
  readonly parse: readonly Noted[];
  readonly run: readonly Noted[];
}

/** Renders templates in the context of the model `subject`: as while parsing, and as while compiling, over a database in memory. */
export async function noteAll(
  folder: string,
  templates: readonly string[],
  statements: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<NotedAll> {
  const lines: string[] = [];
  const { scope, manifest } = await readScope(folder, env, lines);
  const subject = () => structuredClone(nodeOf(scope, 'model.expressions.subject'));
  const parse: Noted[] = [];
  const { selected: _, ...parsing } = scope;
  for (const template of templates) {
    const { context } = collectingContext({ scope: parsing } as unknown as ParseState, subject());
    parse.push(await noted({ ...parsing, lines }, context, template, true));
  }
  const session = await openSession(scope.project.target, { inMemory: true, folder });
  try {
    const connection = await session.connect();
    for (const statement of statements) await connection.query(statement);
    const port = databasePort(connection);
    const run: Noted[] = [];
    for (const template of templates) {
      const node = manifest.nodes['model.expressions.subject'] ?? null;
      const context = runContext(scope, { node, port, options: {}, async: true });
      run.push(await noted({ ...scope, lines }, context, template, false));
    }
    return { parse, run };
  } finally {
    await session.close();
  }
}

async function readScope(
  folder: string,
  env: Readonly<Record<string, string>>,
  lines: string[],
): Promise<{ readonly scope: RenderScope; readonly manifest: Manifest }> {
  const { project, diagnostics } = await readProject({ projectDir: folder, profilesDir: folder, cwd: folder, env });
  if (project === null) throw new Error(`the project cannot be read: ${JSON.stringify(diagnostics)}`);
  const options = {
    startedAt: new Date(),
    invocationId: '01234567-89ab-cdef-0123-456789abcdef',
    flags: { WHICH: 'compile' },
  };
  const { manifest } = parseProject(project, options);
  const environment = new JinjaEnvironment();
  const lookup = createLookup(manifest, project);
  const scope: RenderScope = {
    ...options,
    project,
    environment,
    macros: readMacros(project, environment, options.startedAt).macros,
    manifest,
    lookup: () => lookup,
    quoting: project.packages[0]?.quoting ?? {},
    selected: () => ['model.expressions.subject'],
    onLog: () => undefined,
    onPrint: (line) => lines.push(line),
    onWarning: () => undefined,
  };
  return { scope, manifest };
}

/** Renders one template; `lines` gets what scopes print. */
async function noted(
  { environment, lines }: Pick<RenderScope, 'environment'> & { readonly lines: readonly string[] },
  context: RenderContext,
  text: string,
  parsing: boolean,
): Promise<Noted> {
  const found: Omit<Extract<Noted, { repr: string }>, 'printed'>[] = [];
  const before = lines.length;
  const note = hostFunction('note', ['value', 'kinds'], (value, kinds) => {
    found.push({
      repr: shown(() => repr(value)),
      text: shown(() => toStr(value)),
      kinds: Array.from(iterate(kinds)) as boolean[],
    });
    return '';
  });
  context.give({ note });
  try {
    const template = environment.template(text, 'expression');
    if (parsing) template.render(context, { undefinedMode: 'parse' });
    else await template.renderAsync(context);
    return found[0] === undefined
      ? { nothing: true }
      : {
          ...found[0],
          printed: lines.slice(before).join('\n'),
        };
  } catch (thrown) {
    if (thrown instanceof JinjaError && thrown.kind === 'MacroReturn') return { returned: true };
    return failure(thrown);
  }
}

function shown(make: () => string): string {
  try {
    return make();
  } catch (thrown) {
    const { error } = failure(thrown) as { readonly error: string };
    return `! ${error}`;
  }
}

function failure(thrown: unknown): Noted {
  if (thrown instanceof EiderError) {
    return { error: 'EiderError', message: thrown.diagnostics.map((one) => one.message).join('\n') };
  }
  if (thrown instanceof PyError) return { error: thrown.kind, message: thrown.message };
  if (!(thrown instanceof JinjaError)) throw thrown;
  if (thrown.cause instanceof EiderError) return failure(thrown.cause);
  return { error: thrown.kind, message: thrown.message };
}
