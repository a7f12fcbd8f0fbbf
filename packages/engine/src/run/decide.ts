/** A node that may become visible: this run made it, or an earlier one, whose tests kept it back. */
export interface BuiltNode {
  readonly id: string;
  /** Nodes that it must not be shown without: of what it read, those that are not published yet. */
  readonly parents: readonly string[];
  /** Tests that must have run before it is published; a flag of the run that made it from fewer rows, which no test can lift. */
  readonly awaits: readonly string[];
  readonly tags: readonly string[];
}

export interface DecisionFacts {
  readonly built: readonly BuiltNode[];
  /** Nodes that stay withheld whatever this run finds, and why: what was built upon them waits too. */
  readonly waiting: ReadonlyMap<string, readonly string[]>;
  /** Tests that ran, and what came of them. `error`: the test itself could not run. `stopped`: it was to run, and the run was stopped before its end. */
  readonly tests: ReadonlyMap<string, { readonly status: TestOutcome; readonly on: readonly string[] }>;
  /** Tags whose nodes are published all together or not at all. Under the policy `all` every node has its build for a tag. */
  readonly require: readonly string[];
  /** Nodes that were to be built and failed or were skipped. */
  readonly lost: readonly Pick<BuiltNode, 'id' | 'tags'>[];
}

export type TestOutcome = 'pass' | 'warn' | 'fail' | 'error' | 'stopped';

export type TestState = 'passed' | 'warned' | 'untested';

/** What a build makes visible, and what it keeps back because of which tests, or because of which nodes that are not there. */
export interface Decision {
  readonly publish: ReadonlyMap<string, TestState>;
  readonly withheld: ReadonlyMap<string, readonly string[]>;
}

/**
 * Write, audit, publish. A test that failed, or that a stopped run did not come to, withholds every parent of it that may become visible, and all that was
 * built upon them, as does a test that is awaited and did not run; with one node of a required tag wait all others of it. The rest is published.
 */
export function decide(facts: DecisionFacts): Decision {
  const reasons = failingTests(facts);
  addAwaited(facts, reasons);
  spread(facts, reasons);
  while (holdTogether(facts, reasons)) spread(facts, reasons);
  const states = testStates(facts.tests);
  const publish = new Map<string, TestState>();
  for (const { id } of facts.built) if (!reasons.has(id)) publish.set(id, states.get(id) ?? 'untested');
  return { publish, withheld: new Map([...reasons].map(([id, why]) => [id, [...why].sort()] as const)) };
}

function failingTests({ built, tests }: DecisionFacts): Map<string, Set<string>> {
  const made = new Set(built.map(({ id }) => id));
  const reasons = new Map<string, Set<string>>();
  for (const [test, { on, status }] of tests) {
    if (isGood(status)) continue;
    for (const id of on) if (made.has(id)) reasons.set(id, (reasons.get(id) ?? new Set()).add(test));
  }
  return reasons;
}

function addAwaited({ built, tests: ran }: DecisionFacts, reasons: Map<string, Set<string>>): void {
  for (const { awaits, id } of built) {
    const missing = awaits.filter((test) => !ran.has(test));
    if (missing.length > 0) reasons.set(id, new Set([...(reasons.get(id) ?? []), ...missing]));
  }
}

/** Hands reasons down from parents to children until none is new. */
function spread({ built, waiting }: DecisionFacts, reasons: Map<string, Set<string>>): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (const { id, parents } of built) {
      const own = reasons.get(id) ?? new Set<string>();
      const size = own.size;
      for (const parent of parents) for (const why of reasons.get(parent) ?? waiting.get(parent) ?? []) own.add(why);
      if (own.size === size) continue;
      reasons.set(id, own);
      changed = true;
    }
  }
}

/** Where a node of a required tag is withheld or lost, all others of the tag wait for the same. True where that is news. */
function holdTogether({ built, lost, require }: DecisionFacts, reasons: Map<string, Set<string>>): boolean {
  let isNews = false;
  for (const tag of require) {
    const members = built.filter(({ tags }) => tags.includes(tag));
    const why = new Set([
      ...lost.filter(({ tags }) => tags.includes(tag)).map(({ id }) => id),
      ...members.flatMap(({ id }) => [...(reasons.get(id) ?? [])]),
    ]);
    for (const { id } of members) {
      if ((reasons.get(id)?.size ?? 0) === why.size) continue;
      reasons.set(id, new Set(why));
      isNews = true;
    }
  }
  return isNews;
}

function isGood(status: TestOutcome): boolean {
  return status === 'pass' || status === 'warn';
}

/** What the tests that ran say of the nodes that they are on; nodes without such a test are not in it, nor are those that failed one. */
export function testStates(tests: DecisionFacts['tests']): ReadonlyMap<string, 'passed' | 'warned'> {
  const states = new Map<string, 'passed' | 'warned'>();
  const failed = new Set<string>();
  for (const { on, status } of tests.values()) {
    for (const id of on) {
      if (!isGood(status)) failed.add(id);
      else if (status === 'warn' || !states.has(id)) states.set(id, status === 'warn' ? 'warned' : 'passed');
    }
  }
  for (const id of failed) states.delete(id);
  return states;
}
