import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { KeyIndex } from './key-index.ts';

it('is a sorted map, whatever is set and deleted', () => {
  const key = fc.oneof(
    fc.stringMatching(/^[ab]\/[a-c]{0,3}$/),
    fc.nat(3000).map((at) => `c/${at}`),
  );
  const action = fc.record({ set: fc.boolean(), key, value: fc.nat() });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 2000, size: 'max' }), (actions) => {
      const index = new KeyIndex<number>();
      const model = new Map<string, number>();
      for (const each of actions) {
        if (each.set) {
          index.set(each.key, each.value);
          model.set(each.key, each.value);
        } else {
          index.delete(each.key);
          model.delete(each.key);
        }
        assert.equal(index.get(each.key), model.get(each.key));
      }
      assert.equal(index.size, model.size);
      for (const prefix of ['', 'a/', 'b/a', 'c/1', 'd']) {
        const found: string[] = [];
        index.scan(prefix, (_value, at) => void found.push(at));
        assert.deepEqual(found, [...model.keys()].filter((at) => at.startsWith(prefix)).sort());
      }
    }),
    { numRuns: 30 },
  );
});
