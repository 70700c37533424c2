// The small parts that a node's scope is made of: commands, process identities, names, tables of mounts, resolvers.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { systemClock } from '../../base/clock.ts';
import { CommandError, runChecked, runCommand } from './command.ts';
import { fstab } from './folders.ts';
import { mountPoints } from './mount-points.ts';
import { clusterNames, nodeNames } from './names.ts';
import { identify, isRunning, parseStat } from './process.ts';
import { nodeResolvConf } from './resolv-conf.ts';

const signal = new AbortController().signal;

test("a command's exit code is a value, and its input and output are carried whole", async () => {
  const text = 'x'.repeat(200_000);
  const { stdout, code } = await runCommand(['cat'], systemClock, { signal, stdin: text });
  assert.equal(stdout, text);
  assert.equal(code, 0);
  assert.equal((await runCommand(['false'], systemClock, { signal })).code, 1);
});

test('a checked command that fails says what it said', async () => {
  await assert.rejects(
    runChecked(['ls', '/nowhere-at-all'], systemClock, { signal }),
    (error) => error instanceof CommandError && /No such file/.test(error.message),
  );
});

test('a program that does not exist is an error that names it', async () => {
  await assert.rejects(runCommand(['no-such-program-here'], systemClock, { signal }), /no-such-program-here: .*ENOENT/);
});

test('a fired signal and a passed deadline end the program', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  const run = runCommand(['sleep', '100'], systemClock, { signal: controller.signal });
  controller.abort(reason);
  await assert.rejects(run, reason);
  await assert.rejects(runCommand(['sleep', '100'], systemClock, { signal, timeoutMs: 10 }), /took longer than 10 ms/);
});

test('input that nobody reads does no harm', async () => {
  assert.equal((await runCommand(['true'], systemClock, { signal, stdin: 'x'.repeat(1_000_000) })).code, 0);
});

test('a process is known by its pid and its start', async () => {
  const own = await identify(process.pid);
  assert.ok(own !== undefined && (await isRunning(own)));
  assert.equal(await isRunning({ pid: process.pid, startTime: '1' }), false);
  assert.equal(await identify(2 ** 22 + 1), undefined);
  const fields = Array.from({ length: 30 }, (_, index) => String(index + 4)).join(' ');
  assert.deepEqual(parseStat(`7 (a) b (c)) S ${fields}`), { state: 'S', startTime: '22' });
});

test("names fit the kernel's limits however long the cluster's is", () => {
  for (const cluster of ['a', 'tyke', 'a-cluster-with-a-very-long-name']) {
    const names = nodeNames(cluster, 'a-node-with-a-long-name-too');
    assert.ok(names.bridge.length <= 15, names.bridge);
    assert.ok(names.veth.length <= 15, names.veth);
  }
  assert.equal(clusterNames('dev').bridge, 'tyke-dev');
  assert.notEqual(nodeNames('a', 'b').veth, nodeNames('a', 'c').veth);
  assert.notEqual(clusterNames('a-long-name-number-1').bridge, clusterNames('a-long-name-number-2').bridge);
});

test('a table of mounts keeps paths with spaces whole', () => {
  assert.equal(fstab([{ source: '/a b', target: '/c' }]), '/a\\040b /c none bind,rshared 0 0\n');
  assert.deepEqual(mountPoints('1 2 0:1 / /a\\040b rw - ext4 x rw\n3 2 0:1 / /c rw - ext4 x rw\n'), ['/a b', '/c']);
});

test('a resolver on loopback is replaced by those behind it', () => {
  assert.equal(nodeResolvConf('nameserver 10.0.0.1\n', 'nameserver 10.0.0.2\n'), undefined);
  assert.equal(nodeResolvConf('nameserver 127.0.0.53\n', 'nameserver 10.0.0.2\n'), 'nameserver 10.0.0.2\n');
  assert.equal(nodeResolvConf('nameserver 127.0.0.53\n', undefined), undefined);
});
