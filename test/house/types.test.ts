// The sources, tests, scripts and benchmarks type-check together.

import { test } from 'node:test';
import { assertToolPasses } from '../rig/tool.ts';

test('everything type-checks', async () => {
  await assertToolPasses('tsc', ['--pretty', 'false'], 'npm run types');
});
