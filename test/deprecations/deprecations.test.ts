import { deprecationCodes } from '@eider/core';
import { describe, expect, test } from 'vitest';
import { commandsOf, type DeprecationCase, deprecationCases, writeCase } from '../support/deprecation-cases.ts';
import { runInProcess } from '../support/in-process.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';

// Invariant: what dbt 1.11 calls deprecated is found, counted, silenced and made an error as dbt does it. `interop/deprecations.test.ts` has dbt say the same.

interface Event {
  readonly info: { readonly name: string; readonly level: string };
  readonly data: {
    readonly summaries?: readonly { readonly event_name: string; readonly occurrences: number }[];
    readonly dbt_name?: string | null;
    readonly file?: string | null;
  };
}

async function run(one: DeprecationCase): Promise<{ readonly code: number; readonly events: readonly Event[] }> {
  const folder = temporaryFolder('deprecated');
  try {
    writeCase(folder, one);
    let code = 0;
    const events: Event[] = [];
    for (const command of commandsOf(one)) {
      const argv = [...command, '--profiles-dir', folder, '--log-format', 'json'];
      const ran = await runInProcess(argv, { cwd: folder, env: { HOME: folder, ...one.env } });
      code = ran.code;
      for (const line of ran.out.split('\n').filter((text) => text.startsWith('{'))) events.push(JSON.parse(line));
    }
    return { code, events };
  } finally {
    removeFolder(folder);
  }
}

describe('what dbt calls deprecated', () => {
  test.each(deprecationCases)('$case', async (one) => {
    const { code, events } = await run(one);
    const summary = events.flatMap(({ data, info }) => (info.name === 'DeprecationsSummary' ? data.summaries : []));
    const counted: Record<string, number> = {};
    for (const found of summary)
      if (found !== undefined) counted[found.event_name] = (counted[found.event_name] ?? 0) + found.occurrences;
    expect(counted).toEqual(one.events);
    expect(code).toBe(one.exit ?? 0);
    const isAll = commandsOf(one).flat().includes('--show-all-deprecations');
    const told = events.filter(({ data }) => Object.hasOwn(deprecationCodes, data.dbt_name ?? ''));
    const names = told.filter(({ info }) => info.level === 'warn').map(({ data }) => data.dbt_name);
    expect(names.length).toBeLessThanOrEqual(isAll ? 2 : new Set(names).size);
    if (isAll) expect(names).toHaveLength(2);
  });

  test('each has a case', () => {
    const met = new Set(deprecationCases.flatMap(({ events }) => Object.keys(events)));
    // A hub is asked by `deps`: resolve-packages.test.ts.
    expect([...met, 'PackageRedirectDeprecation'].sort()).toEqual(Object.keys(deprecationCodes).sort());
  });
});
