import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { type Bench, type Result, reached } from './bench.ts';
import { bucket } from './bucket.bench.ts';
import { compile } from './compile.bench.ts';
import { delta, largeDelta } from './delta.bench.ts';
import { externalWrite } from './external-write.bench.ts';
import { jinja } from './jinja.bench.ts';
import { parse } from './parse.bench.ts';
import { publish } from './publish.bench.ts';
import { start } from './start.bench.ts';
import { tinyModels } from './tiny-models.bench.ts';
import { warm } from './warm.bench.ts';
import { watch } from './watch.bench.ts';

// `npm run bench [-- NAME…]`: runs the benches whose names hold one of the words, all without words, and writes results.md.
// A run of some benches keeps the results of the others.

const benches: readonly Bench[] = [
  externalWrite,
  tinyModels,
  bucket,
  compile,
  parse,
  warm,
  start,
  watch,
  publish,
  jinja,
  delta,
  largeDelta,
];
const out = join(import.meta.dirname, 'out');
const results = join(import.meta.dirname, 'results.md');

function line(result: Result): string {
  const { aim } = result;
  const wanted =
    aim === undefined
      ? 'for information'
      : 'atMost' in aim
        ? `at most ${aim.atMost} ${result.unit}`
        : `at least ${aim.atLeast} ${result.unit}`;
  const judged = aim === undefined ? '' : reached(result) ? 'reached' : '**missed**';
  return `| ${result.what} | ${result.measured} | ${result.value.toFixed(2)} ${result.unit} | ${wanted} | ${judged} |`;
}

function section(bench: Bench, measured: readonly Result[]): string {
  const load = (loadavg()[0] ?? 0).toFixed(1);
  const machine = `node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, load ${load}`;
  const head = '| what | measured | value | aim | |\n|---|---|---|---|---|';
  return `## ${bench.name}\n${head}\n${measured.map(line).join('\n')}\n\nMeasured ${new Date().toISOString().slice(0, 10)} on ${machine}.\n`;
}

/** The sections of the last results by title, so that a run of one bench keeps the others. */
function earlierSections(): Map<string, string> {
  try {
    const parts = readFileSync(results, 'utf8')
      .split(/^(?=## )/m)
      .slice(1);
    return new Map(parts.map((text) => [text.slice(3, text.indexOf('\n')), text.trimEnd().concat('\n')]));
  } catch {
    return new Map();
  }
}

const words = process.argv.slice(2).map((word) => word.toLowerCase());
const sections = earlierSections();
for (const bench of benches) {
  if (words.length > 0 && !words.some((word) => bench.name.toLowerCase().includes(word))) continue;
  const folder = join(out, bench.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const text = section(bench, await bench.run(folder));
  sections.set(bench.name, text);
  console.log(text);
  rmSync(folder, { recursive: true, force: true });
}
const intro =
  '# Bench results\n\nRatios within one run, medians of several rounds taken in turns. Written by `npm run bench`; see `test/README.md`.\n';
writeFileSync(results, [intro, ...benches.flatMap(({ name }) => sections.get(name) ?? [])].join('\n'));
