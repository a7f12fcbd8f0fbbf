import type { HostObject } from '../../values/host-object.ts';
import { typeError } from '../../values/py-error.ts';
import { boundFunction } from '../python-class.ts';
import type { Match } from './match.ts';
import type { How, Pattern } from './pattern.ts';
import type { Subject } from './subject.ts';

/** What `pattern.scanner(text)` gives: matches one after another, each where the one before ended. */
export class Scanner implements HostObject {
  readonly __type__ = '_sre.SRE_Scanner';
  readonly #pattern: Pattern;
  readonly #subject: Subject;
  /** Where the next match is looked for; null after one that was not found. */
  #at: number | null;
  /** A place at which the next match may not end: an empty one ended there. */
  #after = -1;

  constructor(pattern: Pattern, subject: Subject) {
    this.#pattern = pattern;
    this.#subject = subject;
    this.#at = subject.start;
  }

  #next(how: How): Match | null {
    if (this.#at === null || this.#at > this.#subject.end) return null;
    const match = this.#pattern.find(this.#subject, how, this.#at, this.#after);
    this.#at = match?.to ?? null;
    this.#after = match !== null && match.from === match.to ? match.to : -1;
    return match;
  }

  __getattr__(name: string): unknown {
    if (name === 'pattern') return this.#pattern;
    if (name !== 'match' && name !== 'search') return undefined;
    return boundFunction(this, name, (args) => {
      if (args.length === 0) return this.#next(name);
      throw typeError(`_sre.SRE_Scanner.${name}() takes no arguments (${args.length} given)`);
    });
  }
}
