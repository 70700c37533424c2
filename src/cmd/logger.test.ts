import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createLogger } from './logger.ts';

test('a log that cannot be written ends nothing', async () => {
  const fd = openSync('/dev/full', 'w');
  const failures: unknown[] = [];
  const onFailure = (error: unknown): void => void failures.push(error);
  process.on('uncaughtException', onFailure);
  try {
    const logger = createLogger({ verbose: false, fd });
    for (let line = 0; line < 1000; line++) logger.error('x'.repeat(1000));
    await nextTurn();
    assert.deepEqual(failures, []);
  } finally {
    process.off('uncaughtException', onFailure);
    closeSync(fd);
  }
});
