import { readFileSync } from 'node:fs';
import { cliCodes } from '../packages/cli/src/ui/cli-codes.ts';
import { codes } from '../packages/core/src/codes.ts';
import { lakeCodes } from '../packages/engine/src/lake/lake-codes.ts';
import { engineCodes } from '../packages/engine/src/session/engine-codes.ts';
import { inRepository } from './source-files.ts';

interface Entry {
  readonly title: string;
  readonly action: string;
}

/** Every code that a finding can have. */
export const catalogue: Readonly<Record<string, Entry>> = { ...codes, ...engineCodes, ...lakeCodes, ...cliCodes };

const introduction = `# What findings say

\`\`\`
error[ref/not-found] models/orders.sql:3:15
  Model 'model.shop.orders' (models/orders.sql) depends on a node named 'custmers', which was not found.
      1 | select *
      2 | from {{ ref('payments') }}
    > 3 | join {{ ref('custmers') }} using (id)
        |         ^
  Did you mean "customers"?
\`\`\`

Severity and code, the place, what is wrong and why, the lines around it, what to do. Where a macro is to blame, the place is in the macro, and the
way there follows, caller by caller. All findings of a project come in one run, errors and causes first. [messages.md](messages.md) tells how programs read
them. A command that could not run ends with 2, one whose nodes or tests failed with 1.

Codes never change. This page is made from the catalogues in the sources, its examples from the table of mistakes that the tests make on purpose.
`;

const areas: Readonly<Record<string, string>> = {
  project: 'Project files',
  profile: 'Profile',
  env: 'Environment',
  package: 'Packages',
  jinja: 'Templates',
  macro: 'Macros',
  ref: 'Refs',
  source: 'Sources',
  graph: 'The graph',
  select: 'Selection',
  config: 'Configs',
  engine: 'Nodes and DuckDB',
  lake: 'The lake and its catalog',
  cli: 'The command line',
};

/** The page of codes in the user's documentation. */
export function diagnosticsPage(): string {
  const sections = Object.entries(areas).map(([area, title]) => {
    const rows = Object.entries(catalogue).filter(([code]) => code.startsWith(`${area}/`));
    const lines = rows.map(([code, entry]) => `| \`${code}\` | ${cell(entry.title)} | ${cell(entry.action)} |`);
    const examples = rows.flatMap(([code]) => exampleOf(code));
    return `## ${title}\n| code | what it is about | what to do |\n|---|---|---|\n${lines.join('\n')}\n${examples.join('')}`;
  });
  return [introduction, ...sections].join('\n');
}

/** What is printed about the first mistake of the table that has this code. */
function exampleOf(code: string): readonly string[] {
  const found = messages().find((message) => message.includes(`[${code}]`));
  return found === undefined ? [] : [`\n\`\`\`\n${found}\n\`\`\`\n`];
}

let read: readonly string[] | undefined;

/** Each finding in the snapshots of the table of mistakes, as it is printed. */
function messages(): readonly string[] {
  if (read !== undefined) return read;
  const text = readFileSync(inRepository('test/e2e/__snapshots__/messages.test.ts.snap'), 'utf8');
  const snapshots: Record<string, string> = {};
  new Function('exports', text)(snapshots);
  read = Object.values(snapshots).flatMap(findingsIn);
  return read;
}

/** A finding reaches from its first line to the next line that is not further in. */
function findingsIn(snapshot: string): string[] {
  const found: string[][] = [];
  let margin = -1;
  for (const line of snapshot.split('\n')) {
    const head = /^(\s*)(?:error|warning)\[/.exec(line);
    if (head !== null) {
      margin = head[1]?.length ?? 0;
      found.push([line.slice(margin)]);
    } else if (margin >= 0 && line.startsWith(' '.repeat(margin + 1))) found.at(-1)?.push(line.slice(margin));
    else margin = -1;
  }
  return found.map((lines) => lines.join('\n').replace(/"$/, ''));
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
