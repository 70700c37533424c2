import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { VirtualClock, systemClock } from './clock.ts';

describe('virtual clock', () => {
  test('fires timers in order of time, equal ones in order of making', async () => {
    const clock = new VirtualClock(0);
    const fired: string[] = [];
    clock.after(20, () => fired.push('late'));
    clock.after(10, () => fired.push('first'));
    clock.after(10, () => fired.push('second'));
    await clock.advance(15);
    assert.deepEqual(fired, ['first', 'second']);
    assert.equal(clock.now(), 15);
    await clock.advance(5);
    assert.deepEqual(fired, ['first', 'second', 'late']);
  });

  test('lets what a timer started run before the next timer fires', async () => {
    const clock = new VirtualClock(0);
    const seen: number[] = [];
    const controller = new AbortController();
    const work = (async () => {
      for (let round = 0; round < 3; round++) {
        await clock.sleep(10, controller.signal);
        seen.push(clock.now());
      }
    })();
    await clock.advance(100);
    await work;
    assert.deepEqual(seen, [10, 20, 30]);
  });

  test('does not move while a hold is open', async () => {
    const clock = new VirtualClock(0);
    let fired = false;
    clock.after(1, () => (fired = true));
    const release = clock.hold();
    const advancing = clock.advance(10);
    await clock.yieldTurn();
    await clock.yieldTurn();
    assert.equal(fired, false);
    release();
    await advancing;
    assert.equal(fired, true);
  });

  test('says so when nothing is left that could make a condition true', async () => {
    await assert.rejects(
      new VirtualClock(0).advanceUntil(() => false),
      /nothing is left to happen/,
    );
  });

  test('a cancelled timer never fires', async () => {
    const clock = new VirtualClock(0);
    let fired = false;
    clock.after(5, () => (fired = true)).cancel();
    await clock.advance(10);
    assert.equal(fired, false);
    assert.equal(clock.waiting, 0);
  });
});

describe('sleep', () => {
  for (const [name, clock] of [
    ['system', systemClock],
    ['virtual', new VirtualClock()],
  ] as const) {
    test(`rejects with the signal's reason on the ${name} clock`, async () => {
      const controller = new AbortController();
      const sleeping = clock.sleep(60_000, controller.signal);
      const reason = new Error('enough');
      controller.abort(reason);
      await assert.rejects(sleeping, reason);
      await assert.rejects(clock.sleep(1, controller.signal), reason);
    });
  }
});
