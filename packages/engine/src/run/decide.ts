/** What is known of a node that this build made. */
export interface BuiltNode {
  readonly id: string;
  /** Nodes whose data it reads. */
  readonly parents: readonly string[];
  /** Tests on it, in the whole project, whether they ran or not. */
  readonly tests: readonly string[];
  readonly tags: readonly string[];
}

export interface DecisionFacts {
  readonly built: readonly BuiltNode[];
  /** Tests that ran, and what came of them. `error`: the test itself could not run. `stopped`: it was to run, and the run was stopped before its end. */
  readonly tests: ReadonlyMap<string, { readonly status: TestOutcome; readonly on: readonly string[] }>;
  /** Whether any node failed or was skipped. */
  readonly incomplete: boolean;
  readonly policy: 'good' | 'all';
  readonly requireTests: boolean;
  /** Tags whose nodes are published all together or not at all. */
  readonly require: readonly string[];
  /** Nodes that were to be built and failed or were skipped. */
  readonly lost: readonly Pick<BuiltNode, 'id' | 'tags'>[];
}

export type TestOutcome = 'pass' | 'warn' | 'fail' | 'error' | 'stopped';

export type TestState = 'passed' | 'warned' | 'untested';

/** What a build makes visible, and what it keeps back because of which tests. */
export interface Decision {
  readonly publish: ReadonlyMap<string, TestState>;
  readonly withheld: ReadonlyMap<string, readonly string[]>;
}

/**
 * Write, audit, publish. A test that failed, or that a stopped run did not come to, withholds every parent of it that this build made, and all that was
 * built upon them; the rest is published.
 * Under the policy `all` everything is, or nothing; a tag of `require` does the same for its nodes. With `requireTests` a node whose tests did not run waits for
 * them.
 */
export function decide(facts: DecisionFacts): Decision {
  const reasons = failingTests(facts);
  if (facts.requireTests) addMissingTests(facts, reasons);
  spread(facts.built, reasons);
  while (holdTogether(facts, reasons)) spread(facts.built, reasons);
  const isPublished = facts.policy === 'good' || (reasons.size === 0 && !facts.incomplete);
  const states = testStates(facts.tests);
  const publish = new Map<string, TestState>();
  for (const { id } of facts.built) if (isPublished && !reasons.has(id)) publish.set(id, states.get(id) ?? 'untested');
  const others = isPublished
    ? []
    : facts.built.filter(({ id }) => !reasons.has(id)).map(({ id }) => [id, allFailing(facts)] as const);
  return {
    publish,
    withheld: new Map([...[...reasons].map(([id, tests]) => [id, [...tests].sort()] as const), ...others]),
  };
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

function addMissingTests({ built, tests: ran }: DecisionFacts, reasons: Map<string, Set<string>>): void {
  for (const { id, tests } of built) {
    const missing = tests.filter((test) => !ran.has(test));
    if (missing.length > 0) reasons.set(id, new Set([...(reasons.get(id) ?? []), ...missing]));
  }
}

/** Hands reasons down from parents to children until none is new. */
function spread(built: readonly BuiltNode[], reasons: Map<string, Set<string>>): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (const { id, parents } of built) {
      const own = reasons.get(id) ?? new Set<string>();
      const size = own.size;
      for (const parent of parents) for (const test of reasons.get(parent) ?? []) own.add(test);
      if (own.size === size) continue;
      reasons.set(id, own);
      changed = true;
    }
  }
}

/** Where a node of a required tag is withheld or lost, all others of the tag wait with it. True where that is news. */
function holdTogether({ built, lost, require }: DecisionFacts, reasons: Map<string, Set<string>>): boolean {
  let isNews = false;
  for (const tag of require) {
    const members = built.filter(({ tags }) => tags.includes(tag));
    const why = new Set([
      ...lost.filter(({ tags }) => tags.includes(tag)).map(({ id }) => id),
      ...members.flatMap(({ id }) => [...(reasons.get(id) ?? [])]),
    ]);
    if (why.size === 0) continue;
    for (const { id } of members.filter((member) => !reasons.has(member.id))) {
      reasons.set(id, new Set(why));
      isNews = true;
    }
  }
  return isNews;
}

function allFailing({ tests }: DecisionFacts): readonly string[] {
  return [...tests].filter(([, { status }]) => !isGood(status)).map(([id]) => id);
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
