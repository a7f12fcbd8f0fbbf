import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { cronCommand, unitCommand, unitPath } from './unit-quoting.ts';

test('a plain command line stays as it is', () => {
  const words = ['/usr/bin/node', '--conditions=x', '/opt/eider/bin/eider.cjs'];
  expect(unitCommand(words)).toBe(words.join(' '));
  expect(cronCommand(words)).toBe(words.join(' '));
});

test('in a systemd unit % and $ are doubled, and blanks, quotes and backslashes are quoted', () => {
  expect(unitPath('/home/100% anna')).toBe('/home/100%% anna');
  expect(unitCommand(['/srv/a b/node', '/srv/$x/100%'])).toBe('"/srv/a b/node" /srv/$$x/100%%');
  expect(unitCommand(['/a"b\\c'])).toBe('"/a\\"b\\\\c"');
});

test.each([["/srv/anna's lake/$HOME/`x`"], ['/srv/a;b&c|d'], ['/srv/plain'], ['/srv/*?~#!']])(
  'what cron hands to the shell means %s',
  (path) => {
    expect(execFileSync('sh', ['-c', `printf %s ${cronCommand([path])}`], { encoding: 'utf8' })).toBe(path);
  },
);

test('cron gets no bare %, which would end the line', () => {
  expect(cronCommand(['/srv/100%'])).toBe("'/srv/100\\%'");
});
