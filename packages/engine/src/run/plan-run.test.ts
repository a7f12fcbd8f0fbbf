import type { Graph, Manifest } from '@eider/core';
import { describe, expect, test } from 'vitest';
import { planRun, type RunPlan } from './plan-run.ts';

/** A graph from lines `child < parent parent`; names that begin with `t_` are tests, with `u_` unit tests. */
function graphOf(text: string): { graph: Graph; manifest: Manifest; ids: string[] } {
  const parents = new Map<string, string[]>();
  for (const line of text.trim().split('\n')) {
    const [child = '', of = ''] = line.split('<').map((part) => part.trim());
    parents.set(child, of.split(' ').filter(Boolean));
  }
  const ids = [...parents.keys()];
  const children = (id: string): string[] => ids.filter((each) => parents.get(each)?.includes(id));
  const reach =
    (next: (id: string) => readonly string[]) =>
    (id: string): ReadonlySet<string> => {
      const found = new Set<string>();
      const visit = (of: string): void => {
        for (const each of next(of)) {
          if (!found.has(each)) visit(found.add(each) && each);
        }
      };
      visit(id);
      return found;
    };
  const graph: Graph = {
    ids,
    parents: (id) => parents.get(id) ?? [],
    children,
    ancestors: reach((id) => parents.get(id) ?? []),
    descendants: reach(children),
    order: () => ids,
  };
  const nodes = Object.fromEntries(
    ids.map((id) => [id, { unique_id: id, resource_type: types[id.slice(0, 2)] ?? 'model' }]),
  );
  return { graph, ids, manifest: { nodes } as unknown as Manifest };
}

const types: Readonly<Record<string, string>> = { t_: 'test', u_: 'unit_test' };

const after = (plan: RunPlan, id: string): readonly string[] => [...(plan.get(id)?.after ?? [])].sort();

describe('the plan of a run', () => {
  test('a node waits for its parents, and through unselected ones for theirs', () => {
    const { graph, ids, manifest } = graphOf('a <\nb < a\nc < b\nd < a c');
    const plan = planRun(
      ids.filter((id) => id !== 'b'),
      graph,
      manifest,
      false,
    );
    expect(after(plan, 'c')).toEqual(['a']);
    expect(after(plan, 'd')).toEqual(['a', 'c']);
    expect([...plan.values()].map(({ id, level }) => [id, level])).toEqual([
      ['a', 0],
      ['c', 1],
      ['d', 2],
    ]);
  });

  test('what is below the parents of a test waits for it', () => {
    const { graph, ids, manifest } = graphOf('a <\nt_a < a\nb < a\nc < b');
    const plan = planRun(ids, graph, manifest, true);
    expect(after(plan, 'b')).toEqual(['a', 't_a']);
    expect(after(plan, 'c')).toEqual(['b']);
    expect(after(planRun(ids, graph, manifest, false), 'b')).toEqual(['a']);
  });

  test('a test of two nodes blocks only what is below both', () => {
    const { graph, ids, manifest } = graphOf('a <\nb <\nt_ab < a b\nonly_a < a\nboth < only_a b');
    const plan = planRun(ids, graph, manifest, true);
    expect(after(plan, 'only_a')).toEqual(['a']);
    expect(after(plan, 'both')).toEqual(['b', 'only_a', 't_ab']);
  });

  test('a test of a node and its own descendant makes no circle', () => {
    const { graph, ids, manifest } = graphOf('a <\nb < a\nt_ab < a b\nc < b');
    const plan = planRun(ids, graph, manifest, true);
    expect(after(plan, 'b')).toEqual(['a']);
    expect(after(plan, 'c')).toEqual(['b', 't_ab']);
  });

  test('unit tests stand before their model, one after another, when all that the model waits for is there', () => {
    const { graph, ids, manifest } = graphOf('a <\nt_a < a\nb < a\nu_2 < b\nu_1 < b\nc < b');
    const plan = planRun(ids, graph, manifest, true);
    expect(after(plan, 'u_1')).toEqual(['a', 't_a']);
    expect(after(plan, 'u_2')).toEqual(['a', 't_a', 'u_1']);
    expect(after(plan, 'b')).toEqual(['a', 't_a', 'u_2']);
    expect(after(plan, 'c')).toContain('b');
    expect(['u_1', 'u_2', 'b'].map((id) => plan.get(id)?.level)).toEqual([2, 2, 2]);
  });

  test('a unit test of a model that is not run by itself stands before what reads it, or alone', () => {
    const { graph, ids, manifest } = graphOf('a <\nb < a\nu_b < b\nc < b\nd < c');
    const plan = planRun(
      ids.filter((id) => id !== 'b'),
      graph,
      manifest,
      true,
    );
    expect(after(plan, 'u_b')).toEqual(['a']);
    expect(after(plan, 'c')).toEqual(['a', 'u_b']);
    expect(after(plan, 'd')).toEqual(['c']);
    expect(planRun(['u_b'], graph, manifest, true).get('u_b')?.after).toEqual([]);
  });

  test('without blocking, unit tests follow their model', () => {
    const { graph, ids, manifest } = graphOf('a <\nu_a < a');
    expect(after(planRun(ids, graph, manifest, false), 'u_a')).toEqual(['a']);
  });
});
