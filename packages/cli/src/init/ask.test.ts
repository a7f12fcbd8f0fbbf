import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { type Answers, type AskOptions, ask } from './ask.ts';

const defaults: Answers = { name: 'my_lake', template: 'minimal' };

/** Asks somebody who presses a key whenever something new is on the screen. */
async function asking(keys: readonly string[], options: Partial<AskOptions> = {}) {
  const input = new PassThrough();
  const output = new PassThrough();
  let shown = '';
  output.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
  });
  const answers = ask({ given: {}, defaults, check: () => null, input, output, ...options });
  let seen = '';
  for (const key of keys) {
    await expect.poll(() => shown.length, { interval: 5, timeout: 10_000 }).toBeGreaterThan(seen.length);
    seen = shown;
    input.write(key);
  }
  return { answers: await answers, shown };
}

const [enter, down, controlC] = ['\r', '\u001b[B', '\u0003'];

test('Enter takes what is offered', async () => {
  expect((await asking([enter, enter])).answers).toEqual(defaults);
});

test('takes a name and a template', async () => {
  const { answers, shown } = await asking(['shop', enter, down, enter]);
  expect(answers).toEqual({ name: 'shop', template: 'lakehouse' });
  expect(shown).toContain('four layers');
});

test('asks again for a name that is wrong, and says why', async () => {
  const check = (name: string) => (name === 'x' ? { message: 'Wrong.', hint: 'Do better.' } : null);
  const { answers, shown } = await asking(['x', enter, 'y', enter, enter], { check });
  expect(answers).toEqual({ name: 'xy', template: 'minimal' });
  expect(shown).toContain('Wrong.');
  expect(shown).toContain('Do better.');
});

test('asks only for what is not given', async () => {
  expect((await asking([enter], { given: { template: 'lakehouse' } })).answers).toEqual({
    name: 'my_lake',
    template: 'lakehouse',
  });
  expect((await asking([enter], { given: { name: 'shop' } })).answers).toEqual({ name: 'shop', template: 'minimal' });
  const { answers, shown } = await asking([], { given: { name: 'shop', template: 'lakehouse' } });
  expect(answers).toEqual({ name: 'shop', template: 'lakehouse' });
  expect(shown.trim()).toBe('');
});

test.each([[[controlC]], [[enter, controlC]]])('leaves with Ctrl-C: %j', async (keys) => {
  expect((await asking(keys)).answers).toBeNull();
});
