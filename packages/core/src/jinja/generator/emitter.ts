import type { At, Body } from '../ast.ts';
import { packPlace } from '../runtime/failure.ts';
import type { SupportName } from '../runtime/support.ts';
import type { Scope } from './scope.ts';

/** How code is generated. */
export interface Mode {
  /** Whether calls may give promises, which are awaited. */
  readonly async: boolean;
  /** Whether expressions of the template itself keep their types. */
  readonly native: boolean;
  /** Whether pieces of the template's own output are recorded with their places. */
  readonly mapped: boolean;
  /** Whether a macro records what it gave, with the places of its pieces. */
  readonly traced: boolean;
  /** Whether the template has to do with others: it has blocks, includes, imports or extends one, or is loaded by one. */
  readonly linked: boolean;
  /** Whether expressions are escaped unless the template says otherwise. */
  readonly autoescape: boolean;
}

/** What a mode's code is kept under. */
export function modeKey(mode: Mode): string {
  return [mode.async, mode.native, mode.mapped, mode.traced, mode.linked, mode.autoescape].map(Number).join('');
}

/** One piece of output. */
export interface Piece {
  readonly code: string;
  readonly at: At;
  /** Whether it is text as it stands in the template. */
  readonly literal: boolean;
}

const longestSum = 1000;

/** Code in the making: the lines of the function at hand, and the names that it uses. */
export class Emitter {
  readonly mode: Mode;
  readonly used: Set<SupportName> = new Set();
  #lines: string[] = [];
  #temporaries: string[] = [];
  #count = 0;
  /** The variable that output goes to. */
  #buffer = 'o';
  /** The variable that places of the output go to, where they are recorded. */
  #segments: string | null;
  /** Parameters whose defaults are being computed: they may be missing. */
  unset: ReadonlySet<string> = new Set();
  /** The variable of the state of the render: `{% autoescape %}` has one of its own. */
  state = 'E';
  /** Whether expressions are escaped; null: the state knows when the template runs. */
  autoescape: boolean | null;
  /** What `autoescape` was, where it was known last. */
  outerAutoescape = false;
  /** How far the template extends another: not, perhaps (in a branch), or surely. */
  extended: 'no' | 'perhaps' | 'surely' = 'no';
  /** Whether the code at hand prints nothing once the template extends another. */
  isOutside = false;
  /** Whether the code at hand is a block's, whose pieces stay apart in a native render. */
  isBlock = false;
  /** Whether the code at hand is in a branch of an `if`. */
  isBranch = false;
  #usesWork = false;

  /** Writes the statements of a body. */
  readonly statements: (e: Emitter, scope: Scope, body: Body) => void;
  /** Texts and places that the code reads from `K`, so that templates of one shape have one code; null: they stand in the code. */
  readonly constants: (string | number)[] | null;

  constructor(
    mode: Mode,
    statements: (e: Emitter, scope: Scope, body: Body) => void,
    constants: (string | number)[] | null = null,
  ) {
    this.mode = mode;
    this.constants = constants;
    this.autoescape = mode.autoescape && !mode.native;
    this.#segments = mode.mapped ? 'S' : null;
    this.statements = statements;
  }

  write(line: string): void {
    this.#lines.push(line);
  }

  /** A new name for a variable. */
  name(prefix: string): string {
    this.#count += 1;
    return `${prefix}${this.#count}`;
  }

  /** A new variable of the function at hand, for use inside an expression. */
  temporary(): string {
    const name = this.name('t');
    this.#temporaries.push(name);
    return name;
  }

  use(helper: SupportName): SupportName {
    this.used.add(helper);
    return helper;
  }

  /** The code of a text of the template, or of a number that only says where something stands. */
  constant(value: string | number): string {
    return this.constants === null ? JSON.stringify(value) : `K[${this.constants.push(value) - 1}]`;
  }

  /** Sets the place that an error gets: an argument that a call evaluates last. */
  place(at: At): string {
    return `P=${this.constant(packPlace(at.lineno, at.colno))}`;
  }

  /** A call of a support function that may throw. */
  callAt(at: At, helper: SupportName, ...args: readonly string[]): string {
    return `${this.use(helper)}(${[...args, this.place(at)].join(',')})`;
  }

  /** The code that `run` writes, without writing it. */
  capture(run: () => void): string {
    const outer = this.#lines;
    this.#lines = [];
    run();
    const code = this.#lines.join('\n');
    this.#lines = outer;
    return code;
  }

  /** The body of a function that `run` writes: own temporaries, own place, errors with a frame. */
  functionBody(run: () => void): string {
    const outer = [this.#temporaries, this.#usesWork] as const;
    [this.#temporaries, this.#usesWork] = [[], false];
    const code = this.capture(run);
    const own = this.#usesWork ? [`W=${this.use('work')}()`] : [];
    const variables = ['P=0', 't', ...own, ...this.#temporaries].join(',');
    [this.#temporaries, this.#usesWork] = outer;
    // An asynchronous stack that is full loses errors: it is counted how deep it is.
    const begin = this.mode.async ? `const D=${this.use('deeper')}();\n` : '';
    const end = this.mode.async ? ` finally { D.depth-=1; ${this.use('paused')}(); }` : '';
    return `${begin}let ${variables};\ntry {\n${code}\n} catch (x) { throw ${this.use('fail')}(x,P,F); }${end}`;
  }

  /** Counts one pass of a loop against what the render may spend. */
  pass(): string {
    this.#usesWork = true;
    return 'if(--W.steps<0)W.end();';
  }

  /** The code of a value that is awaited if it is a promise; `none` is the code for a promise of nothing. */
  awaited(code: string, none: string = 'null'): string {
    if (!this.mode.async) return code;
    this.#usesWork = true;
    const [resumed, paused] = [this.use('resumed'), this.use('paused')];
    return `((t=${code}) instanceof Promise?${resumed}(await ${paused}(t),W)??${none}:t)`;
  }

  /** Code that is written with output going to a new buffer; gives the buffer's text as an expression. */
  buffered(run: () => void): string {
    const name = this.name('o');
    this.write(this.mode.native ? `const ${name}=[];` : `let ${name}="";`);
    this.#into(name, null, run);
    return this.mode.native ? `${this.use('joined')}(${name})` : name;
  }

  /** `buffered`, and `recorded` where the way back from an output is kept. */
  block(run: () => void): string {
    return this.mode.traced || this.mode.mapped ? this.recorded(run) : this.buffered(run);
  }

  /** As `buffered`, and what the buffer holds at its end is recorded with the places of its pieces. */
  recorded(run: () => void): string {
    const [name, segments] = [this.name('o'), this.name('S')];
    this.write(`let ${name}="";const ${segments}=[];`);
    this.#into(name, segments, run);
    return `${this.use('record')}(${name},${segments},${this.state})`;
  }

  #into(buffer: string, segments: string | null, run: () => void): void {
    const outer = [this.#buffer, this.#segments] as const;
    [this.#buffer, this.#segments] = [buffer, segments];
    run();
    [this.#buffer, this.#segments] = outer;
  }

  /** The code of a text that is Markup where the template escapes. */
  marked(code: string): string {
    return this.autoescape === false ? code : `${this.use('mark')}(${code},${this.state})`;
  }

  /** The code of the plain text of what `marked` gave. */
  printedText(code: string): string {
    return this.autoescape === false ? code : `${this.use('str')}(${code})`;
  }

  /** Runs `write` for code whose output is kept for itself: that the template extends another does not matter to it. */
  inside<T>(write: () => T): T {
    const outer = this.isOutside;
    this.isOutside = false;
    const result = write();
    this.isOutside = outer;
    return result;
  }

  /** Writes what another template or a block printed: in a native render its pieces stay apart. */
  appendPrinted(code: string, at: At): void {
    if (this.mode.native) this.write(`for (const x of ${code}??[]) ${this.#nativePiece('x')}`);
    else this.append({ code: `(${code}??"")`, at, literal: false });
  }

  /** Writes output: pieces of code that give text (in native mode: values). */
  append(...pieces: readonly Piece[]): void {
    if (this.mode.native) this.write(pieces.map(({ code }) => this.#nativePiece(code)).join(''));
    else if (this.#segments !== null) for (const piece of pieces) this.#appendMapped(piece);
    else this.#appendSums(pieces.map(({ code }) => code));
  }

  /** In parts: V8 reads a long sum as deep as it is long. */
  #appendSums(codes: readonly string[]): void {
    for (let from = 0; from < codes.length; from += longestSum) {
      this.write(`${this.#buffer}+=${codes.slice(from, from + longestSum).join('+')};`);
    }
  }

  /** Python joins the template's own pieces while they come, those of a block at its end. */
  #nativePiece(code: string): string {
    return this.#buffer === 'o' && !this.isBlock ? `${this.use('join')}(o,${code});` : `${this.#buffer}.push(${code});`;
  }

  #appendMapped({ code, at, literal }: Piece): void {
    const [o, S] = [this.#buffer, this.#segments];
    this.write(
      `${S}.push(${o}.length,${this.constant(packPlace(at.lineno, at.colno))},${literal ? 1 : 0});${o}+=${code};`,
    );
  }
}
