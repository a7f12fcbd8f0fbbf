import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';

/**
 * A process of this machine for people: `eider build --target prod (process 4711, since 2026-11-21T03:00:12Z)`. Of other programs only the name is told:
 * what stands behind it may be a secret.
 */
export async function describeProcess(pid: number, program: string): Promise<string> {
  const found = (await fromProc(pid)) ?? (await fromPs(pid));
  const what = found === undefined ? basename(program) : commandOf(found.args) || basename(program);
  const since = found?.since === undefined ? '' : `, since ${found.since.toISOString().slice(0, 19)}Z`;
  return `${what} (process ${pid}${since})`;
}

interface FoundProcess {
  readonly args: readonly string[];
  readonly since: Date | undefined;
}

/** Linux: the kernel tells, whatever is installed. */
async function fromProc(pid: number): Promise<FoundProcess | undefined> {
  try {
    const [args, stat, system] = await Promise.all(
      [`/proc/${pid}/cmdline`, `/proc/${pid}/stat`, '/proc/stat'].map((path) => readFile(path, 'utf8')),
    );
    // Behind the name, which may hold spaces and brackets; the kernel counts in hundredths of a second on every usual machine.
    const ticks = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
    const boot = Number(/^btime (\d+)$/m.exec(system ?? '')?.[1]);
    const since = new Date((boot + ticks / 100) * 1000);
    return { args: (args ?? '').split('\0').filter(Boolean), since: Number.isNaN(since.getTime()) ? undefined : since };
  } catch {
    return undefined;
  }
}

async function fromPs(pid: number): Promise<FoundProcess | undefined> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-o', 'args=', '-p', String(pid)]);
    const since = new Date(stdout.slice(0, 24));
    const args = stdout.slice(24).trim().split(/\s+/);
    return { args, since: Number.isNaN(since.getTime()) ? undefined : since };
  } catch {
    return undefined;
  }
}

const interpreter = /^(node|python[\d.]*|java|ruby)$/;
const ownScript = /(^|\/)(eider(\.c?js)?|cli\/src\/bin\.ts)$/;

/** `eider build --target prod`, `python3 dbt`, `datagrip`. */
export function commandOf(args: readonly string[]): string {
  const script = args.findIndex((arg) => ownScript.test(arg));
  if (script >= 0) return ['eider', ...safeWords(args.slice(script + 1))].join(' ');
  const program = basename(args[0] ?? '');
  const first = args.findIndex((arg, i) => i > 0 && !arg.startsWith('-'));
  const isScript =
    interpreter.test(program) && !args.slice(1, first).some((arg) => /^(-[cepm]|--eval|--print)$/.test(arg));
  const second = isScript ? args[first] : undefined;
  return second === undefined ? program : `${program} ${basename(second)}`;
}

/** The command and its target: variables and paths are nobody's business. */
function safeWords(args: readonly string[]): readonly string[] {
  const command = args.find((arg, i) => /^[a-z-]+$/.test(arg) && !arg.startsWith('-') && !takesValue(args[i - 1]));
  const at = args.findIndex((arg) => arg === '--target' || arg === '-t');
  const joined = args.find((arg) => arg.startsWith('--target='))?.slice('--target='.length);
  const target = joined ?? (at < 0 ? undefined : args[at + 1]);
  return [...(command === undefined ? [] : [command]), ...(target === undefined ? [] : ['--target', target])];
}

function takesValue(before: string | undefined): boolean {
  return before !== undefined && /^-/.test(before) && !/^(-q|-x|-d|--quiet|--fail-fast|--debug|--no-.*)$/.test(before);
}
