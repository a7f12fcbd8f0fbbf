import type { Code } from './codes.ts';

/** A position in a file that a person wrote. `file` is relative to the project's folder where it lies inside it. Line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One step of the way from an error to the template that led there: where, and in which macro, model or hook. */
export interface Frame {
  readonly place: Place;
  readonly name: string;
}

/** One finding about a project. Compiling collects findings and throws none. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly code: Code;
  /** What is wrong, and why, in a full sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  /** What the database, Jinja or Python said, in their words: dbt's message. */
  readonly cause?: string;
  /** What Jinja or Python said, where the message tells it in other words: what people know from elsewhere, and look for. */
  readonly said?: string;
  readonly place?: Place;
  /** Outer places, innermost first: the macro that failed, its caller, … the model. */
  readonly trace?: readonly Frame[];
  /** The lines around the place, ready to print: set by `withExcerpt`. */
  readonly excerpt?: string;
  /** The unique id of the node that the finding is about. */
  readonly node?: string;
  /** What dbt calls a warning like this: `ExposureNameDeprecation`. */
  readonly dbtName?: string;
  /** A warning that dbt does not hand to `--warn-error`, but where the project has the flag `require_all_warnings_handled_by_warn_error`. */
  readonly staysWarning?: boolean;
}

/** Thrown where a step cannot go on. Carries every finding collected up to there; its message is the first one's. */
export class EiderError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[], options?: ErrorOptions) {
    super(diagnostics[0]?.message ?? 'unknown error', options);
    this.name = 'EiderError';
    this.diagnostics = diagnostics;
  }
}

/** A finding of severity error. */
export function error(
  code: Code,
  message: string,
  more: Omit<Diagnostic, 'severity' | 'code' | 'message'> = {},
): Diagnostic {
  return { severity: 'error', code, message, ...more };
}

/** A finding of severity warning. */
export function warning(
  code: Code,
  message: string,
  more: Omit<Diagnostic, 'severity' | 'code' | 'message'> = {},
): Diagnostic {
  return { severity: 'warning', code, message, ...more };
}

/** Whether any finding is an error. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((d) => d.severity === 'error');
}
