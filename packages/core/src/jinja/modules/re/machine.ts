import { PyError } from '../../values/py-error.ts';
import { runningWork, spend } from '../../values/work.ts';
import type { Program, Step } from './program.ts';
import type { Anchor, Test } from './syntax.ts';

/** Steps of one search: about a second; fewer where the render has not so many left. Some patterns take time exponential in the length of the text. */
const mostSteps = 20_000_000;
const perStep = 1 / 20;
const unset = -1;

/** Where to go on when a way fails: a step, a place, how much of the log then held, and what is left to give back or add. */
interface Choice {
  readonly at: number;
  readonly log: number;
  readonly place: number;
  /** For a repeated character: the last place to try, in the direction of `by`. */
  readonly last: number;
  readonly by: -1 | 0 | 1;
  readonly test: Test | null;
}

/** One search of a pattern in a text, with backtracking on a stack of its own: no text is too long for it. */
export class Machine {
  readonly #program: Program;
  readonly #text: readonly number[];
  readonly #end: number;
  /** Begin and end of each group, then the counters, then the group that was closed last. */
  readonly #slots: number[];
  readonly #counters: number;
  readonly #log: number[] = [];
  #steps = 0;
  readonly #most: number;

  constructor(program: Program, groups: number, text: readonly number[], end: number) {
    this.#program = program;
    this.#text = text;
    this.#end = end;
    this.#most = Math.min(mostSteps, (runningWork()?.left ?? mostSteps) / perStep);
    this.#counters = (groups + 1) * 2;
    this.#slots = new Array<number>(this.#counters + program.registers * 2 + 1).fill(unset);
  }

  /** Spans of all groups for a match that begins at a place, and the last closed group; null without one. `notEmpty`: it has to hold a character. */
  match(
    start: number,
    whole: boolean,
    notEmpty: boolean,
  ): { readonly spans: readonly number[]; readonly last: number } | null {
    this.#undo(0);
    const before = this.#steps;
    const end = this.#run(0, start, whole, notEmpty);
    spend((this.#steps - before) * perStep);
    if (end < 0) return null;
    this.#slots[0] = start;
    this.#slots[1] = end;
    const last = this.#slots[this.#slots.length - 1] ?? unset;
    const found = { spans: this.#slots.slice(0, this.#counters), last };
    this.#slots[0] = unset;
    this.#slots[1] = unset;
    return found;
  }

  /** Whether a match can begin with the character at a place. */
  canBegin(place: number): boolean {
    const { first } = this.#program;
    return first === null || (place < this.#end && first(this.#text[place] ?? 0));
  }

  #set(slot: number, value: number): void {
    this.#log.push(slot, this.#slots[slot] ?? unset);
    this.#slots[slot] = value;
  }

  #undo(to: number): void {
    while (this.#log.length > to) {
      const value = this.#log.pop() ?? unset;
      this.#slots[this.#log.pop() ?? 0] = value;
    }
  }

  /** Runs from a step to the end of its part; gives the place behind the match, below zero without one. */
  #run(from: number, start: number, whole: boolean, notEmpty: boolean): number {
    const { steps } = this.#program;
    const choices: Choice[] = [];
    let at = from;
    let place = start;
    for (;;) {
      this.#steps += 1;
      if (this.#steps > this.#most) {
        throw new PyError('TimeoutError', 'the pattern tries too many ways to match this text');
      }
      const step = steps[at];
      if (step === undefined || step.op === 'done') {
        if ((!whole || place === this.#end) && (!notEmpty || place > start)) return place;
        place = unset;
      } else place = this.#take(step, at, place, choices);
      if (place >= 0) {
        at = this.#next;
        continue;
      }
      const choice = choices.pop();
      if (choice === undefined) return unset;
      this.#undo(choice.log);
      place = this.#resume(choice, choices);
      at = choice.at;
    }
  }

  /** The step after the one that `#take` took. */
  #next = 0;

  #resume(choice: Choice, choices: Choice[]): number {
    const { place, last, by, test } = choice;
    if (by === 0) return place;
    if (by === -1) {
      if (place > last) choices.push({ ...choice, place: place - 1 });
      return place;
    }
    if (place >= last || test === null || !test(this.#text[place] ?? 0)) return unset;
    choices.push({ ...choice, place: place + 1 });
    return place + 1;
  }

  /** Takes one step; gives the place behind it, below zero where it fails. */
  #take(step: Exclude<Step, { op: 'done' }>, at: number, place: number, choices: Choice[]): number {
    this.#next = at + 1;
    switch (step.op) {
      case 'one':
        return place < this.#end && step.test(this.#text[place] ?? 0) ? place + 1 : unset;
      case 'many':
        return this.#many(step, place, choices);
      case 'split':
        choices.push(this.#choice(step.other, place));
        return place;
      case 'jump':
        this.#next = step.to;
        return place;
      case 'save':
        this.#set(step.slot, place);
        if (step.slot % 2 === 1) this.#set(this.#slots.length - 1, (step.slot - 1) / 2);
        return place;
      case 'anchor':
        return this.#holds(step.anchor, step.isWord, place) ? place : unset;
      case 'back':
        return this.#back(step, place);
      case 'unless':
        if (this.#slots[step.index * 2 + 1] === unset) this.#next = step.to;
        return place;
      case 'look':
        return this.#look(step, at, place);
      case 'atomic': {
        const log = this.#log.length;
        const end = this.#run(at + 1, place, false, false);
        if (end < 0) this.#undo(log);
        this.#next = step.after;
        return end;
      }
      case 'enter':
        this.#set(this.#counters + step.register * 2, 0);
        this.#set(this.#counters + step.register * 2 + 1, unset);
        return place;
      case 'again':
        return this.#again(step, at, place, choices);
      case 'pass':
        this.#pass(step.register, place);
        this.#next = step.body;
        return place;
    }
  }

  #choice(at: number, place: number): Choice {
    return { at, place, log: this.#log.length, last: 0, by: 0, test: null };
  }

  #many(step: Step & { op: 'many' }, place: number, choices: Choice[]): number {
    const { test, least, most, greed } = step;
    const furthest = Math.min(this.#end, place + (greed === 'lazy' ? least : most));
    let end = place;
    while (end < furthest && test(this.#text[end] ?? 0)) end += 1;
    this.#steps += end - place;
    if (end - place < least) return unset;
    const shared = { at: this.#next, log: this.#log.length, test };
    if (greed === 'greedy' && end > place + least) {
      choices.push({ ...shared, place: end - 1, last: place + least, by: -1 });
    } else if (greed === 'lazy') {
      choices.push({ ...shared, place: end, last: Math.min(this.#end, place + most), by: 1 });
    }
    return end;
  }

  /** One more pass of a repetition begins. */
  #pass(register: number, place: number): void {
    const slot = this.#counters + register * 2;
    this.#set(slot, (this.#slots[slot] ?? 0) + 1);
    this.#set(slot + 1, place);
  }

  #again(step: Step & { op: 'again' }, at: number, place: number, choices: Choice[]): number {
    const slot = this.#counters + step.register * 2;
    const count = this.#slots[slot] ?? 0;
    if (count < step.least) {
      this.#pass(step.register, place);
      this.#next = step.body;
      return place;
    }
    if (count >= step.most || place === this.#slots[slot + 1]) {
      this.#next = at + (step.lazy ? 2 : 1);
      return place;
    }
    if (step.lazy) {
      choices.push(this.#choice(at + 1, place));
      this.#next = at + 2;
      return place;
    }
    choices.push(this.#choice(at + 1, place));
    this.#pass(step.register, place);
    this.#next = step.body;
    return place;
  }

  #holds(anchor: Anchor, isWord: Test, place: number): boolean {
    switch (anchor) {
      case 'start':
        return place === 0;
      case 'lineStart':
        return place === 0 || this.#text[place - 1] === 10;
      case 'absoluteEnd':
        return place === this.#end;
      case 'end':
        return place === this.#end || (place === this.#end - 1 && this.#text[place] === 10);
      case 'lineEnd':
        return place === this.#end || this.#text[place] === 10;
      default: {
        const before = place > 0 && isWord(this.#text[place - 1] ?? 0);
        const after = place < this.#end && isWord(this.#text[place] ?? 0);
        return (before !== after) === (anchor === 'boundary') && (anchor === 'boundary' || this.#text.length > 0);
      }
    }
  }

  #back({ index, fold }: Step & { op: 'back' }, place: number): number {
    const [from = unset, to = unset] = [this.#slots[index * 2], this.#slots[index * 2 + 1]];
    if (from < 0 || to < from || place + to - from > this.#end) return unset;
    for (let i = 0; i < to - from; i += 1) {
      const [own, other] = [this.#text[place + i] ?? 0, this.#text[from + i] ?? 0];
      if (own !== other && fold(own) !== fold(other)) return unset;
    }
    return place + to - from;
  }

  #look({ back, negated, after }: Step & { op: 'look' }, at: number, place: number): number {
    const log = this.#log.length;
    const found = place - back >= 0 && this.#run(at + 1, place - back, false, false) >= 0;
    if (negated || !found) this.#undo(log);
    this.#next = after;
    return found === negated ? unset : place;
  }
}
