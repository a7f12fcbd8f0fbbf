import type { Fact, Unit } from '../cache/parse-cache.ts';

/** Units without their records, which stand apart in the same order. Facts stand once each, and are named by their number. */
export interface SavedUnits {
  readonly facts: readonly (readonly [question: string, answer: string])[];
  readonly units: readonly (readonly [
    key: string,
    own: string,
    facts: readonly number[],
    findings: Unit['findings'],
    said: Unit['said'],
  ])[];
}

/** What `restoredUnits` makes the units of again. */
export function savedUnits(units: Iterable<readonly [string, Unit]>): SavedUnits {
  // By identity: a call answers each question once, and what was recalled shares its facts. A fact that stands twice does no harm.
  const numbers = new Map<Fact, number>();
  const facts: [string, string][] = [];
  const numberOf = (fact: Fact): number => {
    const known = numbers.get(fact);
    if (known !== undefined) return known;
    numbers.set(fact, facts.length);
    return facts.push([fact.question, fact.answer]) - 1;
  };
  const saved = Array.from(units, ([key, unit]): SavedUnits['units'][number] => {
    return [key, unit.own, unit.facts.map(numberOf), unit.findings, unit.said];
  });
  return { facts, units: saved };
}

export function restoredUnits(saved: SavedUnits, records: readonly string[]): Map<string, Unit> {
  const all = saved.facts.map(([question, answer]): Fact => ({ question, answer }));
  return new Map(
    saved.units.map(([key, own, numbers, findings, said], index) => {
      const record = records[index] ?? '';
      const facts = numbers.flatMap((number) => all[number] ?? []);
      return [key, { own, facts, findings, said, record }];
    }),
  );
}
