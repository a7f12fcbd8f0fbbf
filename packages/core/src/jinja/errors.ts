import type { Place } from '../diagnostics.ts';

/** One step of the way from an error to the template that was rendered. */
export interface JinjaFrame extends Place {
  /** The macro, or the template's file. */
  readonly name: string;
}

/**
 * An error of a template: of its syntax, or while it was rendered. `kind` is the Python class of the error, the message
 * CPython's or Jinja's words; an error of a host function is the `cause`.
 */
export class JinjaError extends Error implements Place {
  readonly phase: 'syntax' | 'render';
  readonly kind: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Innermost first: the macro that failed, its caller, … the template. */
  readonly frames: JinjaFrame[] = [];
  /** Of a block that is not closed, or closed in the wrong order: the tag that opened it. */
  opened?: { readonly tag: string; readonly place: Place };

  constructor(phase: 'syntax' | 'render', kind: string, message: string, place: Place, options?: ErrorOptions) {
    super(message, options);
    this.name = 'JinjaError';
    this.phase = phase;
    this.kind = kind;
    this.file = place.file;
    this.line = place.line;
    this.column = place.column;
  }
}
