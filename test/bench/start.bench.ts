import { eiderCommand } from '../support/eider.ts';
import type { Bench } from './bench.ts';
import { inTurns, measure } from './measure.ts';

/** How long the program takes to say its version: what every command waits for. */
export const start: Bench = {
  name: 'Start of the program',
  async run() {
    const measured = await inTurns(15, {
      node: () => measure([process.execPath, '-e', '0']),
      eider: () => measure([...eiderCommand(), '--version']),
    });
    const [ours, node] = [measured.eider?.ms ?? Number.NaN, measured.node?.ms ?? Number.NaN];
    const text = `${Math.round(ours)} ms against ${Math.round(node)} ms`;
    return [
      {
        what: '`eider --version` more than `node -e 0`',
        measured: text,
        value: ours - node,
        unit: 'ms',
        aim: { atMost: 100 },
      },
    ];
  },
};
