// The sources keep the lint rules of .oxlintrc.json, those that need types included.

import { test } from 'node:test';
import { assertToolPasses } from '../rig/tool.ts';

test('sources keep the lint rules', async () => {
  await assertToolPasses('oxlint', ['--type-aware', '--deny-warnings', '--format=unix'], 'npm run lint, which shows each place');
});
