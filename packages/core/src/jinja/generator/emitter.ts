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
}

/** One piece of output. */
export interface Piece {
  readonly code: string;
  readonly at: At;
  /** Whether it is text as it stands in the template. */
  readonly literal: boolean;
}

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

  /** Writes the statements of a body. */
  readonly statements: (e: Emitter, scope: Scope, body: Body) => void;

  constructor(mode: Mode, statements: (e: Emitter, scope: Scope, body: Body) => void) {
    this.mode = mode;
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

  /** Sets the place that an error gets: an argument that a call evaluates last. */
  place(at: At): string {
    return `P=${packPlace(at.lineno, at.colno)}`;
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
    const outer = this.#temporaries;
    this.#temporaries = [];
    const code = this.capture(run);
    const variables = ['P=0', 't', ...this.#temporaries].join(',');
    this.#temporaries = outer;
    return `let ${variables};\ntry {\n${code}\n} catch (x) { throw ${this.use('fail')}(x,P,F); }`;
  }

  /** Code that is written with output going to a new buffer; gives the buffer's text as an expression. */
  buffered(run: () => void): string {
    const name = this.name('o');
    this.write(this.mode.native ? `const ${name}=[];` : `let ${name}="";`);
    this.#into(name, null, run);
    return this.mode.native ? `${this.use('joined')}(${name})` : name;
  }

  /** As `buffered`, and what the buffer holds at its end is recorded with the places of its pieces. */
  recorded(run: () => void): string {
    const [name, segments] = [this.name('o'), this.name('S')];
    this.write(`let ${name}="";const ${segments}=[];`);
    this.#into(name, segments, run);
    return `${this.use('record')}(${name},${segments},E)`;
  }

  #into(buffer: string, segments: string | null, run: () => void): void {
    const outer = [this.#buffer, this.#segments] as const;
    [this.#buffer, this.#segments] = [buffer, segments];
    run();
    [this.#buffer, this.#segments] = outer;
  }

  /** Writes output: pieces of code that give text (in native mode: values). */
  append(...pieces: readonly Piece[]): void {
    if (this.mode.native) this.write(pieces.map(({ code }) => `${this.#buffer}.push(${code});`).join(''));
    else if (this.#segments !== null) for (const piece of pieces) this.#appendMapped(piece);
    else if (pieces.length > 0) this.write(`${this.#buffer}+=${pieces.map(({ code }) => code).join('+')};`);
  }

  #appendMapped({ code, at, literal }: Piece): void {
    const [o, S] = [this.#buffer, this.#segments];
    this.write(`${S}.push(${o}.length,${packPlace(at.lineno, at.colno)},${literal ? 1 : 0});${o}+=${code};`);
  }
}
