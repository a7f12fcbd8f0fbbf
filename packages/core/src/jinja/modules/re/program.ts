import type { Anchor, Greed, ReNode, Test } from './syntax.ts';

/** One step of a compiled pattern. Steps without a jump go on to the next one. */
export type Step =
  | { readonly op: 'one'; readonly test: Test }
  | { readonly op: 'many'; readonly test: Test; readonly least: number; readonly most: number; readonly greed: Greed }
  | { readonly op: 'split'; readonly other: number }
  | { readonly op: 'jump'; readonly to: number }
  | { readonly op: 'save'; readonly slot: number }
  | { readonly op: 'anchor'; readonly anchor: Anchor; readonly isWord: Test }
  | { readonly op: 'back'; readonly index: number; readonly fold: (character: number) => number }
  | { readonly op: 'unless'; readonly index: number; readonly to: number }
  | { readonly op: 'look'; readonly back: number; readonly negated: boolean; readonly after: number }
  | { readonly op: 'atomic'; readonly after: number }
  | { readonly op: 'enter'; readonly register: number }
  | {
      readonly op: 'again';
      readonly register: number;
      readonly least: number;
      readonly most: number;
      readonly lazy: boolean;
      readonly body: number;
    }
  | { readonly op: 'pass'; readonly register: number; readonly body: number }
  | { readonly op: 'done' };

/** A compiled pattern. */
export interface Program {
  readonly steps: readonly Step[];
  /** Counters of repetitions: two places each, for the count and where the last pass began. */
  readonly registers: number;
  /** The characters that a match can begin with, where that is known. */
  readonly first: Test | null;
}

/** Compiles a pattern for the machine. */
export function compileProgram(root: ReNode): Program {
  const writer = new Writer();
  writer.write(root);
  return { steps: writer.finished(), registers: writer.registers, first: firstOf(root) };
}

class Writer {
  readonly #steps: (Step | null)[] = [];
  registers = 0;

  finished(): Step[] {
    return [...this.#steps.map((step): Step => step ?? { op: 'done' }), { op: 'done' }];
  }

  /** Keeps a place for a step whose target is not known yet. */
  #place(): number {
    this.#steps.push(null);
    return this.#steps.length - 1;
  }

  write(node: ReNode): void {
    switch (node.kind) {
      case 'one':
        this.#steps.push({ op: 'one', test: node.test });
        return;
      case 'sequence':
        for (const part of node.parts) this.write(part);
        return;
      case 'choice':
        this.#choice(node.branches);
        return;
      case 'capture':
        this.#steps.push({ op: 'save', slot: node.index * 2 });
        this.write(node.body);
        this.#steps.push({ op: 'save', slot: node.index * 2 + 1 });
        return;
      case 'anchor':
        this.#steps.push({ op: 'anchor', anchor: node.anchor, isWord: node.isWord });
        return;
      case 'back':
        this.#steps.push({ op: 'back', index: node.index, fold: node.fold });
        return;
      case 'atomic':
        this.#nested((after) => ({ op: 'atomic', after }), node.body);
        return;
      case 'look': {
        const { back, negated } = node;
        this.#nested((after) => ({ op: 'look', back, negated, after }), node.body);
        return;
      }
      case 'condition':
        this.#condition(node);
        return;
      case 'repeat':
        this.#repeat(node);
        return;
    }
  }

  /** A part that the machine runs on its own; `op` makes the step before it, which knows what comes after. */
  #nested(op: (after: number) => Step, body: ReNode): void {
    const at = this.#place();
    this.write(body);
    this.#steps.push({ op: 'done' });
    this.#steps[at] = op(this.#steps.length);
  }

  #condition(node: ReNode & { readonly kind: 'condition' }): void {
    const test = this.#place();
    this.write(node.yes);
    const end = this.#place();
    this.#steps[test] = { op: 'unless', index: node.index, to: this.#steps.length };
    this.write(node.no);
    this.#steps[end] = { op: 'jump', to: this.#steps.length };
  }

  #choice(branches: readonly ReNode[]): void {
    const ends: number[] = [];
    for (const [i, branch] of branches.entries()) {
      const split = i < branches.length - 1 ? this.#place() : -1;
      this.write(branch);
      if (split < 0) break;
      ends.push(this.#place());
      this.#steps[split] = { op: 'split', other: this.#steps.length };
    }
    for (const end of ends) this.#steps[end] = { op: 'jump', to: this.#steps.length };
  }

  #repeat(node: ReNode & { readonly kind: 'repeat' }): void {
    const { body, least, most, greed } = node;
    if (body.kind === 'one') {
      this.#steps.push({ op: 'many', test: body.test, least, most, greed });
      return;
    }
    if (greed === 'possessive') {
      this.#nested((after) => ({ op: 'atomic', after }), { ...node, greed: 'greedy' });
      return;
    }
    const register = this.registers;
    this.registers += 1;
    this.#steps.push({ op: 'enter', register });
    const jump = this.#place();
    const start = this.#steps.length;
    this.write(body);
    this.#steps[jump] = { op: 'jump', to: this.#steps.length };
    this.#steps.push({ op: 'again', register, least, most, lazy: greed === 'lazy', body: start });
    if (greed === 'lazy') this.#steps.push({ op: 'pass', register, body: start });
  }
}

function firstOf(node: ReNode): Test | null {
  switch (node.kind) {
    case 'one':
      return node.test;
    case 'sequence': {
      const part = node.parts.find((one) => one.kind !== 'anchor' && one.kind !== 'look');
      return part === undefined ? null : firstOf(part);
    }
    case 'capture':
    case 'atomic':
      return firstOf(node.body);
    case 'repeat':
      return node.least > 0 ? firstOf(node.body) : null;
    case 'choice': {
      const tests = node.branches.map(firstOf);
      return tests.every((test) => test !== null) ? (c) => tests.some((test) => test(c)) : null;
    }
    default:
      return null;
  }
}
