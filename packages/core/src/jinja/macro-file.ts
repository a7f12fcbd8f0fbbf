import type { BlockSpan, MacroNode, Parameter } from './ast.ts';
import { Return } from './call.ts';
import type { JinjaEnvironment } from './environment.ts';
import { segmentsOf } from './jinja-template.ts';
import type { ParsedTemplate } from './parsed-template.ts';
import type { Macro } from './runtime/macro.ts';
import type { RenderState } from './runtime/support.ts';
import { staticCalls } from './static-calls.ts';
import type { BindOptions, Context, MacroDefinition, MacroFile, StaticCall } from './template.ts';
import { stripBlanks } from './values/blanks.ts';
import { type Callable, hostFunction, isCalledNow, rawFunction } from './values/call-value.ts';
import type { HostObject, Keywords } from './values/host-object.ts';
import { PyError } from './values/py-error.ts';
import { enterWork, runningWork, type Work, work } from './values/work.ts';

/** How deep macros may call one another: beyond what Python's stack allows dbt. */
const deepest = 200;
const depths = new WeakMap<Context, Depth>();

/** How deep the macros of a context are, and what the outermost may spend. */
interface Depth {
  now: number;
  work: Work;
}

/** What a parsed file defines at its top level. `written`: its text with the line ends that it has on disk. */
export function macroFileOf(
  parsed: ParsedTemplate,
  environment: JinjaEnvironment,
  file: string,
  written: string,
): MacroFile {
  const origin = { parsed, environment, file, written };
  const macros: MacroDefinition[] = [];
  let before = 0;
  for (const node of parsed.root.children) {
    if (node.typename !== 'Macro') continue;
    if (node.kind !== 'docs') macros.push(macroDefinition(node, node.kind, before, origin));
    before = node.span.end;
  }
  return { macros };
}

interface Origin {
  readonly parsed: ParsedTemplate;
  readonly environment: JinjaEnvironment;
  readonly file: string;
  readonly written: string;
}

function macroDefinition(
  node: MacroNode,
  kind: MacroDefinition['kind'],
  before: number,
  origin: Origin,
): MacroDefinition {
  let calls: readonly StaticCall[] | undefined;
  return {
    name: node.name,
    kind,
    text: blockText(origin, node.span, before),
    line: node.lineno + 1,
    column: node.colno + 1,
    parameters: node.parameters.map((one) => ({ name: one.name, hasDefault: one.default !== null })),
    supportedLanguages: kind === 'materialization' ? languages(node.parameters) : null,
    get calls() {
      calls ??= staticCalls(node);
      return calls;
    },
    bind: (context, label, options = { async: false }) => bind(node, origin, context, label, options),
  };
}

/**
 * dbt's text of a block: with `{%-` and `-%}` the white space around belongs to it, unless the block before has it; at
 * both ends of a file it is dropped. Line ends are as they are on disk.
 */
function blockText({ parsed: { source }, written }: Origin, { start, end }: BlockSpan, before: number): string {
  const lead = source.startsWith('{%-', start) ? stripBlanks(source.slice(0, start), false).length : start;
  const text = asWritten(source, written, lead === 0 ? start : Math.max(lead, before), end);
  return end === source.length ? stripBlanks(text, false) : text;
}

/** A part of a parsed text, whose line ends are all `\n`, in the text as it is on disk. */
function asWritten(source: string, written: string, start: number, end: number): string {
  if (!written.includes('\r')) return source.slice(start, end);
  let [at, from] = [0, 0];
  for (let index = 0; index < end; index += 1) {
    if (index === start) from = at;
    at += written.startsWith('\r\n', at) ? 2 : 1;
  }
  return written.slice(from, at);
}

function languages(parameters: readonly Parameter[]): readonly string[] {
  const list = parameters.find((one) => one.name === 'supported_languages')?.default;
  if (list?.typename !== 'Array') return [];
  return list.children.flatMap((one) => (one.typename === 'Literal' ? [String(one.value)] : []));
}

/** The macro as contexts hold it: it catches `return()`, and answers `get_macro()` alone. It is made when first called. */
function bind(node: MacroNode, origin: Origin, context: Context, label: string, options: BindOptions): Callable {
  const made = new Map<boolean, Macro>();
  const macro = (isAsync: boolean): Macro => {
    const known = made.get(isAsync);
    if (known !== undefined) return known;
    const { environment, file, parsed } = origin;
    const { onText } = options;
    const state = traced(environment.renderState(options.undefinedMode, false), onText, file, label);
    const lookUp = environment.lookUp(context, state.mode);
    const how = { async: isAsync, traced: onText !== undefined, autoescape: state.autoescape };
    const fresh = parsed.macro(node, how)(lookUp, state, { file, name: label });
    made.set(isAsync, fresh);
    return fresh;
  };
  const depth = depths.get(context) ?? { now: 0, work: work() };
  depths.set(context, depth);
  const run = (args: readonly unknown[], kwargs: Keywords | null): unknown =>
    options.async && !isCalledNow()
      ? callAsync(macro(true), args, kwargs, depth)
      : callSync(macro(false), args, kwargs, depth);
  const callable = rawFunction(node.name, run, 'dbt.clients.jinja.MacroGenerator');
  const getMacro = hostFunction('get_macro', [], () => macro(options.async));
  const attributes: HostObject = {
    __waits__: options.async,
    __getattr__: (name) => (name === 'get_macro' ? getMacro : undefined),
  };
  return Object.assign(callable, attributes);
}

function traced(state: RenderState, onText: BindOptions['onText'], file: string, label: string): RenderState {
  if (onText === undefined) return state;
  return { ...state, onText: (text, segments) => onText({ text, segments: segmentsOf(segments), file, label }) };
}

function callSync(macro: Macro, args: readonly unknown[], kwargs: Keywords | null, depth: Depth): unknown {
  const before = enter(depth);
  try {
    return macro.__call__(args, kwargs);
  } catch (thrown) {
    if (thrown instanceof Return) return thrown.value;
    throw thrown;
  } finally {
    depth.now -= 1;
    enterWork(before);
  }
}

async function callAsync(
  macro: Macro,
  args: readonly unknown[],
  kwargs: Keywords | null,
  depth: Depth,
): Promise<unknown> {
  enter(depth);
  try {
    return await macro.__call__(args, kwargs);
  } catch (thrown) {
    if (thrown instanceof Return) return thrown.value;
    throw thrown;
  } finally {
    depth.now -= 1;
    enterWork(null);
  }
}

/** A macro begins: for the render that runs, for the macro around it that waits for the host, or on its own. */
function enter(depth: Depth): Work | null {
  if (depth.now >= deepest) throw new PyError('RecursionError', 'maximum recursion depth exceeded');
  if (depth.now === 0) depth.work = work();
  depth.now += 1;
  return enterWork(runningWork() ?? depth.work);
}
