import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import {
  buildGraph,
  createCompiler,
  type Diagnostic,
  EiderError,
  hasErrors,
  parseProject,
  readProject,
} from '@eider/core';
import { describe, expect, test } from 'vitest';
import { inRepository } from './source-files.ts';
import { readProjectCase } from './support/project-case.ts';
import { seededNumbers } from './support/random.ts';
import { copyProject, removeFolder } from './support/temporary-project.ts';

// Invariant: whatever bytes stand in a project's files, reading, parsing and compiling end soon, with findings that name a file, and never with an
// error of ours. Corruptions are drawn from a seed, so that each can be met again. `EIDER_CORRUPTIONS=1000` draws more of them.

const rounds = Number(process.env.EIDER_CORRUPTIONS ?? 12);
const projects = [
  'homelab',
  'contexts',
  'dispatch',
  'ephemeral',
  'seeds-of-all-sorts',
  'sources',
  'test-severities',
  'semantic-layer',
];

// biome-ignore format: a table reads better in rows
const snippets = [
  '{{', '}}', '{%', '%}', '{#', "'", '"', '`', '(', ')', '[', ']', '{', '}', ':', '- ', '\t', '\r', '\0', '\uFEFF', ',', ';', '|', '~', '*', '&a ', '!!x ', '%', '\\', '\n\n', '  ',
  '{% endif %}', '{% for x in y %}', '{% macro m(x) %}', '{{ ref() }}', "{{ ref('a', 'b', v=1) }}", '{{ config(x=1) }}', '{{ this.a.b.c }}', '{{ 1/0 }}', '{{ [1][5] }}',
  'null', '~: ~', '<<: *x', '? a', '---\n', '...\n', 'é', '\ud83e\udd86', '0x', '1e999',
];

/** A text with one change: bytes or lines taken out, doubled, moved or put in. */
function corrupt(bytes: Buffer, draw: () => number): Buffer {
  const at = Math.floor(draw() * (bytes.length + 1));
  const length = 1 + Math.floor(draw() ** 3 * 40);
  const lines = bytes.toString('latin1').split('\n');
  const line = Math.floor(draw() * lines.length);
  const joined = (changed: readonly string[]): Buffer => Buffer.from(changed.join('\n'), 'latin1');
  switch (Math.floor(draw() * 7)) {
    case 0:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 1:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at)]);
    case 2:
      return joined(lines.toSpliced(line, 1));
    case 3:
      return joined(lines.toSpliced(line, 0, lines[line] ?? ''));
    case 4:
      return joined(lines.toSpliced(line, 1, `${' '.repeat(length % 7)}${(lines[line] ?? '').trimStart()}`));
    case 5:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([Math.floor(draw() * 256)]), bytes.subarray(at)]);
    default: {
      const snippet = snippets[Math.floor(draw() * snippets.length)] ?? '';
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(snippet), bytes.subarray(at)]);
    }
  }
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => /\.(sql|ya?ml|csv|md|py)$/.test(path) && statSync(path).isFile());
}

/** Everything that is found from reading to compiling. */
async function findingsOf(folder: string, env: Readonly<Record<string, string>>): Promise<readonly Diagnostic[]> {
  const { diagnostics, project } = await readProject({ projectDir: folder, env });
  if (project === null) return diagnostics;
  const startedAt = new Date('2026-01-02T03:04:05Z');
  const parsed = parseProject(project, { startedAt });
  const { diagnostics: linked, graph } = buildGraph(parsed.manifest);
  const found = [...diagnostics, ...parsed.diagnostics, ...linked];
  if (hasErrors(found)) return found;
  const compiler = createCompiler(project, parsed.manifest, graph, { invocationId: 'id', startedAt });
  for (const [id, node] of Object.entries(parsed.manifest.nodes)) {
    if (node.resource_type === 'seed') continue;
    try {
      await compiler.compile(id, null);
    } catch (failure) {
      if (!(failure instanceof EiderError)) throw failure;
      found.push(...failure.diagnostics);
    }
  }
  return found;
}

describe.each(projects)('%s, corrupted', (name) => {
  test(`${rounds} times, is read to its end`, { timeout: 60_000 + rounds * 2_000 }, async () => {
    const source = inRepository('test/projects', name);
    const folder = copyProject(source);
    const { env } = readProjectCase(folder);
    try {
      const files = filesOf(folder);
      for (let round = 0; round < rounds; round++) {
        const draw = seededNumbers(round * 7919 + name.length);
        const path = files[Math.floor(draw() * files.length)] ?? '';
        const before = readFileSync(path);
        let bytes: Buffer = before;
        for (let changes = 1 + Math.floor(draw() * 3); changes > 0; changes--) bytes = corrupt(bytes, draw);
        writeFileSync(path, bytes);
        const what = `round ${round}: ${relative(folder, path)}\n${bytes.toString('utf8').slice(0, 2000)}`;
        const found = await findingsOf(folder, env).catch((failure: Error) => {
          throw new Error(`${what}\n${failure.stack}`);
        });
        const homeless = found.filter(({ place, severity }) => severity === 'error' && !place?.file);
        expect(homeless, what).toEqual([]);
        writeFileSync(path, before);
      }
    } finally {
      removeFolder(folder);
    }
  });
});
