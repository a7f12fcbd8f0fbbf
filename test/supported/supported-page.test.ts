import { afterAll, expect, test } from 'vitest';
import { inRepository } from '../source-files.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';
import { supportedPage } from './supported-page.ts';

const page = 'packages/cli/docs/supported.md';
const folder = temporaryFolder('supported');
afterAll(() => removeFolder(folder));

test(`${page} is what the program does (\`npm run docs\` writes it)`, { timeout: 240_000 }, async () => {
  await expect(await supportedPage(folder)).toMatchFileSnapshot(inRepository(page));
});
