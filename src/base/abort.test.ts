import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isAbort, TaskScope, withDeadline } from './abort.ts';
import { VirtualClock } from './clock.ts';

const never = (signal: AbortSignal): Promise<void> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));

describe('task scope', () => {
  test('ends what it started and waits for it', async () => {
    const parent = new AbortController();
    const errors: unknown[] = [];
    const scope = new TaskScope(parent.signal, (error) => errors.push(error));
    let ended = false;
    scope.start(async (signal) => {
      try {
        await never(signal);
      } finally {
        await Promise.resolve();
        ended = true;
      }
    });
    await scope.end();
    assert.equal(ended, true);
    assert.deepEqual(errors, [], 'the end of a scope is no failure of its tasks');
  });

  test('follows its parent', async () => {
    const parent = new AbortController();
    const scope = new TaskScope(parent.signal, () => {});
    parent.abort(new Error('over'));
    assert.equal(scope.signal.aborted, true);
    await scope.end();
  });

  test('reports a failure that is not the signal', async () => {
    const errors: unknown[] = [];
    const scope = new TaskScope(new AbortController().signal, (error) => errors.push(error));
    scope.start(() => Promise.reject(new Error('broken')));
    await scope.end();
    assert.match(String(errors[0]), /broken/);
  });
});

describe('deadline', () => {
  test('fires after its time and not when the work ended before', async () => {
    const clock = new VirtualClock(0);
    const parent = new AbortController().signal;
    const late = withDeadline(clock, parent, 10, () => new Error('too late'));
    const early = withDeadline(clock, parent, 10, () => new Error('too late'));
    early.done();
    await clock.advance(20);
    assert.match(String(late.signal.reason), /too late/);
    assert.equal(early.signal.aborted, false);
  });

  test('fires with its parent', () => {
    const parent = new AbortController();
    const { signal } = withDeadline(new VirtualClock(0), parent.signal, 10, () => new Error('too late'));
    const reason = new Error('gone');
    parent.abort(reason);
    assert.equal(signal.reason, reason);
    assert.equal(isAbort(reason, signal), true);
    assert.equal(isAbort(new Error('else'), signal), false);
  });
});
