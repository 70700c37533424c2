import assert from 'node:assert/strict';
import { test } from 'node:test';

import { figuresOf } from './cgroup-figures.ts';
import { metricsText } from './metrics-text.ts';
import { parseNetDev } from './network-figures.ts';

test('figures of both versions of control groups mean the same', () => {
  const expected = {
    cpuUsageNs: 2_000_000,
    usageBytes: 5000,
    workingSetBytes: 4000,
    rssBytes: 3000,
    pageFaults: 7,
    majorPageFaults: 1,
    limitBytes: undefined,
  };
  assert.deepEqual(
    figuresOf(1, {
      cpu: '2000000\n',
      usage: '5000\n',
      limit: '9223372036854771712\n',
      stat: 'cache 1\ntotal_inactive_file 1000\ntotal_rss 3000\ntotal_pgfault 7\ntotal_pgmajfault 1\n',
    }),
    expected,
  );
  assert.deepEqual(
    figuresOf(2, {
      cpu: 'usage_usec 2000\nuser_usec 1\n',
      usage: '5000\n',
      limit: 'max\n',
      stat: 'anon 3000\ninactive_file 1000\npgfault 7\npgmajfault 1\n',
    }),
    expected,
  );
  assert.equal(figuresOf(2, { cpu: undefined, usage: undefined, limit: undefined, stat: undefined }), undefined);
});

test('interfaces are read without the loopback', () => {
  const text = [
    'Inter-|   Receive                                                |  Transmit',
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
    '    lo:     100       1    0    0    0     0          0         0      100       1    0    0    0     0       0          0',
    '  eth0:    2000      20    3    0    0     0          0         0     1000      10    4    0    0     0       0          0',
  ].join('\n');
  assert.deepEqual(parseNetDev(text), [{ name: 'eth0', rxBytes: 2000, rxErrors: 3, txBytes: 1000, txErrors: 4 }]);
});

test('metrics are text that Prometheus reads', () => {
  const points = [{ labels: { pod: 'a"b' }, value: 1.5, atMs: 10.4 }];
  assert.equal(
    metricsText([
      { name: 'm', type: 'gauge', help: 'Some', points },
      { name: 'n', type: 'counter', help: 'None', points: [] },
    ]),
    '# HELP m Some\n# TYPE m gauge\nm{pod="a\\"b"} 1.5 10\n',
  );
});
