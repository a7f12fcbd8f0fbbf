import type { Fact, ParseCache, Said, Unit } from '../cache/parse-cache.ts';
import { plainJsonOrNull } from '../cache/plain-json.ts';
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
  /** What was asked for while no unit was parsed that is kept. */
  readonly #otherwise = new Set<string>();
  readonly #said: Said[] = [];
  readonly #chances = chancesTaken();
  #isRepeatable = true;
  #recording: Recording | null = null;

  /** `world` is a print of what every unit rests on. */
  constructor(cache: ParseCache, world: string, answer: Answer) {
    this.#cache = cache;
    this.#answer = answer;
    if (cache.world !== world) cache.units.clear();
    cache.world = world;
  }

  note(kind: ReadKind, owner: string, name: string): void {
    if (this.#recording === null && !changesAlone.has(kind)) return;
    (this.#recording?.questions ?? this.#otherwise).add(`${kind}\n${owner}\n${name}`);
  }

  noteAll(questions: readonly Question[]): void {
    const known = this.#lists.get(questions) ?? `all\n\n${JSON.stringify(questions)}`;
    this.#lists.set(questions, known);
    (this.#recording?.questions ?? this.#otherwise).add(known);
  }

  unrepeatable(): void {
    if (this.#recording === null) this.#isRepeatable = false;
    else this.#recording.repeatable = false;
  }

  say(line: Said): void {
    this.#said.push(line);
    this.#recording?.said.push(line);
  }

  /** All lines that templates wrote, in their order. */
  get said(): readonly Said[] {
    return this.#said;
  }

  /** Whether no template rests on what is another each time. */
  get isRepeatable(): boolean {
    return this.#isRepeatable && this.#chances === chancesTaken();
  }

  /** What all templates asked of the environment and the command line. */
  asked(): ReadonlySet<string> {
    const kept = Array.from(this.#cache.units.entries(), ([, { facts }]) => facts.map(({ question }) => question));
    const all = new Set([...kept.flat(), ...this.#otherwise]);
    return new Set([...all].flatMap(parts).filter((question) => changesAlone.has(kindOf(question))));
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
    const isRepeatable = recording.repeatable && chances === chancesTaken();
    const text = record === null || !isRepeatable || hasErrors(findings) ? null : plainJsonOrNull(record);
    if (text === null) {
      if (!isRepeatable || record !== null) this.#isRepeatable = false;
      for (const question of recording.questions) this.#otherwise.add(question);
      return record;
    }
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
    const fact = { question, answer: this.#answer(...questionOf(question)) };
    this.#facts.set(question, fact);
    return fact;
  }
}

/** What may be another while all files are the same: variables are not, for a parse that is kept is for the same variables. */
const changesAlone: ReadonlySet<string> = new Set<ReadKind>(['env', 'metadata-env', 'flag', 'flags', 'project', 'all']);

/** A question of a fact. */
export function questionOf(text: string): Question {
  const kindEnd = text.indexOf('\n');
  const ownerEnd = text.indexOf('\n', kindEnd + 1);
  return [text.slice(0, kindEnd) as ReadKind, text.slice(kindEnd + 1, ownerEnd), text.slice(ownerEnd + 1)];
}

function kindOf(question: string): string {
  return question.slice(0, question.indexOf('\n'));
}

/** A list of questions as its questions. */
function parts(question: string): readonly string[] {
  if (kindOf(question) !== 'all') return [question];
  return (JSON.parse(question.slice('all\n\n'.length)) as Question[]).map((one) => one.join('\n'));
}
