// Every file is formatted as .oxfmtrc.json says.

import { test } from 'node:test';
import { assertToolPasses } from '../rig/tool.ts';

test('files are formatted', async () => {
  await assertToolPasses('oxfmt', ['--check'], 'npm run format');
});
