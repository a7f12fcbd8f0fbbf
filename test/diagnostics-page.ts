import { cliCodes } from '../packages/cli/src/ui/cli-codes.ts';
import { codes } from '../packages/core/src/codes.ts';
import { lakeCodes } from '../packages/engine/src/lake/lake-codes.ts';
import { engineCodes } from '../packages/engine/src/session/engine-codes.ts';

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
way there follows, caller by caller. All findings of a project come in one run. \`--log-format json\` gives \`code\`, \`severity\`, \`message\`, \`hint\`,
\`file\`, \`line\` and \`column\` apart. A command that could not run ends with 2, one whose nodes or tests failed with 1.

Codes never change. This page is made from the catalogues in the sources.
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
    return `## ${title}\n| code | what it is about | what to do |\n|---|---|---|\n${lines.join('\n')}\n`;
  });
  return [introduction, ...sections].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
