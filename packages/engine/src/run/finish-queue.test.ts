import { expect, test } from 'vitest';
import type { Generation } from '../lake/generation.ts';
import { finishQueue } from './finish-queue.ts';

const generation = (node: string): Generation => ({ node }) as Generation;

/** A `finish` that ends when it is told to, and the nodes that it was asked for. */
function slowFinish() {
  const asked: string[] = [];
  const ends = new Map<string, (failure?: Error) => void>();
  const finish = ({ node }: Generation): Promise<void> => {
    asked.push(node);
    return new Promise((resolve, reject) => ends.set(node, (failure) => (failure ? reject(failure) : resolve())));
  };
  return { asked, finish, end: (node: string, failure?: Error) => ends.get(node)?.(failure) };
}

test('adding does not wait, and everything is durable when it has settled', async () => {
  const { asked, end, finish } = slowFinish();
  const queue = finishQueue(finish, 2);
  await queue.add(generation('a'));
  await queue.add(generation('b'));
  expect(asked).toEqual(['a', 'b']);
  let isSettled = false;
  const settled = queue.settled().then((failed) => {
    isSettled = true;
    return failed;
  });
  end('a');
  await Promise.resolve();
  expect(isSettled).toBe(false);
  end('b');
  expect((await settled).size).toBe(0);
});

test('no more than so many are under way at once', async () => {
  const { asked, end, finish } = slowFinish();
  const queue = finishQueue(finish, 1);
  await queue.add(generation('a'));
  const second = queue.add(generation('b'));
  await Promise.resolve();
  expect(asked).toEqual(['a']);
  end('a');
  await second;
  expect(asked).toEqual(['a', 'b']);
  end('b');
  await queue.settled();
});

test('a failure is told at the end, by node, and stops no other', async () => {
  const { end, finish } = slowFinish();
  const queue = finishQueue(finish, 4);
  await queue.add(generation('a'));
  await queue.add(generation('b'));
  end('a', new Error('no space left on device'));
  end('b');
  expect([...(await queue.settled())]).toEqual([['a', new Error('no space left on device')]]);
});
