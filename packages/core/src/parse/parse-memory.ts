import type { Fact, ParseCache, Said, Unit } from '../cache/parse-cache.ts';
import { plainJson } from '../cache/plain-json.ts';
import type { Question, ReadKind, Reads } from '../context/reads.ts';
import { type Diagnostic, hasErrors } from '../diagnostics.ts';
import { chancesTaken } from '../jinja/chance.ts';

/** Gives a print of the present answer to a question. */
export type Answer = (kind: ReadKind, owner: string, name: string) => string;

interface Recording {
  readonly questions: Set<string>;
  readonly said: Said[];
  repeatable: boolean;
}

/**
 * Remembers what parsing each template gave and what that rested on. A unit is used again where its own text is the same and every question that it
 * asked has the same answer. Units with errors are not kept: their messages name what is near, which nobody records.
 */
export class ParseMemory implements Reads {
  readonly #cache: ParseCache;
  readonly #answer: Answer;
  readonly #facts = new Map<string, Fact>();
  readonly #verdicts = new Map<Fact, boolean>();
  readonly #lists = new WeakMap<readonly Question[], string>();
  #recording: Recording | null = null;

  /** `world` is a print of what every unit rests on. */
  constructor(cache: ParseCache, world: string, answer: Answer) {
    this.#cache = cache;
    this.#answer = answer;
    if (cache.world !== world) cache.units.clear();
    cache.world = world;
  }

  note(kind: ReadKind, owner: string, name: string): void {
    this.#recording?.questions.add(`${kind}\n${owner}\n${name}`);
  }

  noteAll(questions: readonly Question[]): void {
    const known = this.#lists.get(questions) ?? `all\n\n${JSON.stringify(questions)}`;
    this.#lists.set(questions, known);
    this.#recording?.questions.add(known);
  }

  unrepeatable(): void {
    if (this.#recording !== null) this.#recording.repeatable = false;
  }

  say(line: Said): void {
    this.#recording?.said.push(line);
  }

  /** What parsing a template gave before, where that still holds. */
  recall(key: string, own: string): Unit | undefined {
    const unit = this.#cache.units.find(key);
    if (unit === undefined || unit.own !== own || !unit.facts.every((fact) => this.#holds(fact))) return undefined;
    return unit;
  }

  /** Keeps a unit that was recalled and used. */
  keep(key: string, unit: Unit): void {
    this.#cache.units.keep(key, unit);
  }

  /** Runs the parse of one template and remembers what came of it. `found` are all findings so far: the run adds its own. */
  record<T>(key: string, own: string, found: readonly Diagnostic[], run: () => T): T {
    const recording: Recording = { questions: new Set(), said: [], repeatable: true };
    const [before, chances] = [found.length, chancesTaken()];
    this.#recording = recording;
    let record: T;
    try {
      record = run();
    } finally {
      this.#recording = null;
    }
    const findings = found.slice(before);
    if (record === null || !recording.repeatable || chances !== chancesTaken() || hasErrors(findings)) return record;
    const text = textOf(record);
    if (text === null) return record;
    const facts = [...recording.questions].map((question) => this.#fact(question));
    this.#cache.units.keep(key, { own, facts, findings, said: recording.said, record: text });
    return record;
  }

  /** Makes what was kept or recorded the cache's content; the rest is forgotten. */
  finish(): void {
    this.#cache.units.turn();
  }

  #holds(fact: Fact): boolean {
    const known = this.#verdicts.get(fact);
    if (known !== undefined) return known;
    const holds = this.#fact(fact.question).answer === fact.answer;
    this.#verdicts.set(fact, holds);
    return holds;
  }

  #fact(question: string): Fact {
    const known = this.#facts.get(question);
    if (known !== undefined) return known;
    const kindEnd = question.indexOf('\n');
    const ownerEnd = question.indexOf('\n', kindEnd + 1);
    const [kind, owner] = [question.slice(0, kindEnd) as ReadKind, question.slice(kindEnd + 1, ownerEnd)];
    const fact = { question, answer: this.#answer(kind, owner, question.slice(ownerEnd + 1)) };
    this.#facts.set(question, fact);
    return fact;
  }
}

/** Null for a record that holds what is no data. */
function textOf(record: unknown): string | null {
  try {
    return plainJson(record);
  } catch {
    return null;
  }
}
