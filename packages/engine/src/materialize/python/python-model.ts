import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EiderError, error, type ManifestNode, type Place } from '@eider/core';
import { quoteName, quoteText } from '../../session/quote.ts';
import { relationName, relationOf } from '../../session/relation.ts';
import type { MaterializeContext } from '../materialization.ts';
import { type Answer, askProgram, type PythonHost } from './ask-program.ts';
import { modelProgram } from './model-program.ts';
import type { PythonEnd } from './run-python.ts';

/** What a Python model can read: what it writes for it (`orders`, `shop.orders`, `orders.v2`, `raw.orders`), and the relation or expression that this means. */
export interface PythonInput {
  readonly kind: 'ref' | 'source';
  readonly keys: readonly string[];
  /** As SQL has it: `"db"."main"."orders"`, or a reader's call. */
  readonly relation: string;
  /** A query over files of this machine that gives the same: nothing has to be copied. */
  readonly query: string | undefined;
}

/** What the model's program is told beside its inputs. */
export interface PythonModel {
  /** The .py file. */
  readonly file: string;
  readonly inputs: readonly PythonInput[];
  readonly isIncremental: boolean;
  readonly settings: Readonly<Record<string, string>>;
}

/** A result that is attached to the session, and how to be rid of it. */
export interface PythonRows {
  /** The query that gives the rows. */
  readonly sql: string;
  release(): Promise<void>;
}

/**
 * Runs a Python model in a process of its own and attaches what it returned. Relations of the working database are handed over in a DuckDB file, which keeps every
 * type, files of this machine as views over them; the rows come back in a file too. Throws EiderError at the line of the model that failed.
 */
export async function runPythonModel(
  context: MaterializeContext,
  model: PythonModel,
  host: PythonHost,
): Promise<PythonRows> {
  const { connection, node } = context;
  const folder = await mkdtemp(join(tmpdir(), 'eider-python-'));
  const release = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const request = await prepare(context, model, folder);
    const { answer, end, result } = await askProgram(host, folder, { program: modelProgram, request });
    const failed = failureOf(context, { file: model.file, python: host.python }, end, answer);
    if (failed !== undefined) throw failed;
    const alias = quoteName(`eider_python_${node.schema}_${node.alias}`);
    await connection.query(`ATTACH ${quoteText(result)} AS ${alias} (READ_ONLY)`);
    return {
      sql: `SELECT * FROM ${alias}.main.result`,
      release: async () => {
        await connection.query(`DETACH ${alias}`).catch(() => undefined);
        await release();
      },
    };
  } catch (cause) {
    await release();
    throw cause;
  }
}

/** Writes what the model reads into a file of its own, and says how the program finds it. */
async function prepare({ connection, node }: MaterializeContext, model: PythonModel, folder: string): Promise<object> {
  const path = join(folder, 'inputs.duckdb');
  const views: [string, string][] = [];
  const queries = { ref: {} as Record<string, string>, source: {} as Record<string, string> };
  const own = `eider_inputs_${node.schema}_${node.alias}`;
  const alias = quoteName(own);
  await connection.query(`ATTACH ${quoteText(path)} AS ${alias}`);
  try {
    for (const [at, input] of model.inputs.entries()) {
      const table = `input_${at}`;
      if (input.query === undefined)
        await connection.query(`CREATE TABLE ${alias}.main.${table} AS SELECT * FROM ${input.relation}`);
      const query = input.query ?? `SELECT * FROM eider_inputs.main.${table}`;
      const isName = partsOf(input.relation) !== undefined;
      if (isName) views.push([input.relation, query]);
      for (const key of input.keys) queries[input.kind][key] = isName ? `SELECT * FROM ${input.relation}` : query;
    }
  } finally {
    await connection.query(`DETACH ${alias}`);
  }
  return {
    ...{ views, ...queries, ...configOf(node) },
    inputs: path,
    schemas: schemasOf(views, node),
    this: { ...relationName(node), name: relationOf(node) },
    isIncremental: model.isIncremental,
    settings: model.settings,
    file: model.file,
    name: node.name,
  };
}

/**
 * What `dbt.config.get` and `meta_get` answer: of the keys that were found in the file the values, and where there is none what the last call asks for in its
 * place. As in dbt a call that names its default (`default=1`) gets nothing there, and for any other key its default.
 */
function configOf({ config }: ManifestNode): { readonly config: object; readonly meta: object } {
  const configs = config as Readonly<Record<string, unknown>>;
  const answers = (kind: string, values: Readonly<Record<string, unknown>>): object => {
    const [keys, defaults] = [configs[`${kind}_keys_used`], configs[`${kind}_keys_defaults`]];
    if (!Array.isArray(keys) || !Array.isArray(defaults)) return {};
    return Object.fromEntries(keys.map((key, index) => [key, key in values ? values[key] : defaults[index]]));
  };
  return { config: answers('config', configs), meta: answers('meta', (configs.meta ?? {}) as typeof configs) };
}

function schemasOf(views: readonly (readonly [string, string])[], node: ManifestNode): readonly (readonly string[])[] {
  const all = new Map([[`${node.database}\n${node.schema}`, [node.database, node.schema]]]);
  for (const [relation] of views) {
    const [database = '', schema = ''] = partsOf(relation) ?? [];
    all.set(`${database}\n${schema}`, [database, schema]);
  }
  return [...all.values()];
}

/** The three parts of a relation's name; undefined for any other text. */
function partsOf(relation: string): readonly string[] | undefined {
  const part = '("(?:[^"]|"")+"|\\w+)';
  const found = new RegExp(`^${part}\\.${part}\\.${part}$`).exec(relation.trim());
  return found?.slice(1).map((one) => (one.startsWith('"') ? one.slice(1, -1).replaceAll('""', '"') : one));
}

/** How the interpreter is chosen, for hints. */
export const settingPython: string =
  'It is the `python3` of the PATH (that of an active virtual environment) unless `python:` of the target in profiles.yml, or EIDER_PYTHON, names another.';

function failureOf(
  { compiler, node }: MaterializeContext,
  { file, python }: { readonly file: string; readonly python: string },
  end: PythonEnd,
  answer: Answer | undefined,
): EiderError | undefined {
  const start = compiler.placeOf(node.unique_id);
  const at = (line: number | null | undefined): Place => (line == null ? start : { ...start, line, column: 1 });
  const fail = (message: string, hint: string | undefined, place: Place = start): EiderError => {
    const trace = (answer?.trace ?? []).map(({ line, name }) => ({ place: at(line), name }));
    return new EiderError([
      error('engine/python', message, { place, ...(hint && { hint }), ...(trace.length > 1 && { trace }) }),
    ]);
  };
  if (end.kind === 'missing')
    return fail(`There is no "${python}" to run the Python model ${node.name}.`, settingPython);
  if (end.kind !== 'ended') return fail(`The Python model ${node.name} was stopped.`, undefined);
  if (answer === undefined)
    return fail(
      `"${python}" ended (exit code ${end.exitCode ?? 'none'}) without saying why.`,
      `The log has what it printed. ${settingPython}`,
    );
  if (answer.error === undefined) return undefined;
  if (typeof answer.missing === 'string') {
    const text = `The Python package "${answer.missing}" is not installed for "${python}", which runs ${node.name}.`;
    return fail(
      text,
      `Install it: \`${python} -m pip install ${packageOf(answer.missing)}\`. ${settingPython}`,
      at(answer.line),
    );
  }
  const words =
    answer.kind === 'SyntaxError'
      ? answer.error.replace(` (${file.split('/').at(-1)}, line ${answer.line})`, '')
      : answer.error;
  return fail(`${answer.kind}: ${words}`, undefined, at(answer.line));
}

/** What is installed is not always called as what is imported. */
export function packageOf(module: string): string {
  const [top = module] = module.split('.');
  return (
    { sklearn: 'scikit-learn', yaml: 'pyyaml', cv2: 'opencv-python', PIL: 'pillow', bs4: 'beautifulsoup4' }[top] ?? top
  );
}
