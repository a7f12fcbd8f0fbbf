import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type PythonEnd, runPython } from './run-python.ts';

/** Where and how programs of Python run. */
export interface PythonHost {
  /** The interpreter. */
  readonly python: string;
  /** The project's folder, in which they run. */
  readonly folder: string;
  readonly modulePaths: readonly string[];
  /** Stop them. */
  readonly signals: readonly AbortSignal[];
  readonly onLine: (line: string, isError: boolean) => void;
}

/** What a program says of its end: nothing but braces where all went well. */
export interface Answer {
  readonly error?: string;
  readonly kind?: string | null;
  /** Where the user's own code failed: `helpers/shelf.py:12`. */
  readonly at?: string | null;
  readonly line?: number | null;
  readonly missing?: string | null;
  readonly trace?: readonly { readonly line: number; readonly name: string }[];
  /** What came of each of several tasks. */
  readonly results?: readonly Answer[];
  /** What a plugin wants: options of the database, statements for the database, statements for each connection. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly statements?: readonly string[];
  readonly cursor?: readonly string[];
}

/** How a program ended, what it said (undefined where it could not), and the DuckDB file that holds the rows in its `main.result`. */
export interface Asked {
  readonly end: PythonEnd;
  readonly answer: Answer | undefined;
  readonly result: string;
}

/**
 * How each program begins. Its parameter is the path of a request in JSON; what it has to say goes to the path in there. It ends when its standard input does,
 * that is when the program that started it does.
 */
const preamble = `
import json, os, sys, threading, traceback

def watch():
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(3)

threading.Thread(target=watch, daemon=True).start()
with open(sys.argv[1], encoding="utf-8") as file:
    request = json.load(file)
sys.path[:0] = [os.getcwd(), *request["modulePaths"]]

def say(answer):
    with open(request["answer"], "w", encoding="utf-8") as file:
        json.dump(answer, file)
`;

/** Runs a program with a request that nobody else can read, for it may hold secrets. All files lie in `scratch`, a folder that the caller makes and removes. */
export async function askProgram(
  host: PythonHost,
  scratch: string,
  { program, request }: { readonly program: string; readonly request: object },
): Promise<Asked> {
  const [path, answer, result] = ['request.json', 'answer.json', 'result.duckdb'].map((name) =>
    join(scratch, name),
  ) as [string, string, string];
  const { folder, modulePaths, onLine, python, signals } = host;
  await writeFile(path, JSON.stringify({ ...request, modulePaths, answer, result }), { mode: 0o600 });
  const end = await runPython({
    ...{ folder, onLine, python, signals },
    program: `${preamble}${program}`,
    parameters: [path],
  });
  const text = await readFile(answer, 'utf8').catch(() => '');
  return { end, answer: text === '' ? undefined : (JSON.parse(text) as Answer), result };
}
