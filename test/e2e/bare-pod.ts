// Something like a Pod without a container runtime: a network namespace on the node's bridge with a program that says who it is and
// who asks, over TCP and UDP.

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import { must } from '../../src/base/assert.ts';
import { expectSuccess, type NodeScope } from '../../src/node/scope/index.ts';

const BRIDGE = 'cni0';

const SERVER = `
const name = process.argv[1];
require('node:net').createServer((socket) => {
  socket.on('error', () => {});
  socket.end(name + ' ' + socket.remoteAddress);
}).listen(8080, '0.0.0.0');
const slow = require('node:net').createServer((socket) => {
  socket.on('error', () => {});
  socket.on('data', (chunk) => socket.write(name + ' ' + chunk));
}).listen(8081, '0.0.0.0');
const udp = require('node:dgram').createSocket('udp4');
udp.on('message', (_, from) => udp.send(name + ' ' + from.address, from.port, from.address));
udp.bind(8080, '0.0.0.0', () => process.stdout.write('ready'));
`;

/** Asks a number of times, one after the other, and prints the answers as JSON; 'timeout' or an error code where there is none. */
const CLIENT = `
const [protocol, host, port, count, source] = process.argv.slice(1);
const tcp = () => new Promise((resolve) => {
  const socket = require('node:net').connect({ port: Number(port), host });
  let heard = '';
  const timer = setTimeout(() => { socket.destroy(); resolve('timeout'); }, 1500);
  const settle = (text) => { clearTimeout(timer); resolve(text); };
  socket.on('data', (chunk) => heard += chunk);
  socket.on('end', () => settle(heard));
  socket.on('error', (error) => settle(error.code));
});
const udp = () => new Promise((resolve) => {
  const socket = require('node:dgram').createSocket('udp4');
  const settle = (text) => { clearTimeout(timer); socket.close(); resolve(text); };
  const timer = setTimeout(() => settle('timeout'), 1500);
  socket.on('message', (message) => settle(String(message)));
  socket.on('error', (error) => settle(error.code));
  const send = () => socket.connect(Number(port), host, () => socket.send('x'));
  socket.bind(source ? Number(source) : 0, send);
});
(async () => {
  const answers = [];
  for (let at = 0; at < Number(count); at++) answers.push(await (protocol === 'udp' ? udp() : tcp()));
  process.stdout.write(JSON.stringify(answers));
})();
`;

export interface Question {
  readonly protocol?: 'tcp' | 'udp';
  readonly host: string;
  readonly port: number;
  readonly count?: number;
  /** The port to ask from, for UDP. */
  readonly sourcePort?: number;
}

const clientArgv = ({ protocol = 'tcp', host, port, count = 1, sourcePort }: Question): string[] => [
  process.execPath,
  '--eval',
  CLIENT,
  '--',
  protocol,
  host,
  String(port),
  String(count),
  String(sourcePort ?? ''),
];

/** Runs a program somewhere. */
export type Run = (argv: readonly string[]) => Promise<{ readonly stdout: string; readonly stderr: string; readonly code: number }>;

/** Asks from wherever `run` runs programs. */
export async function askFrom(run: Run, question: Question): Promise<string[]> {
  const argv = clientArgv(question);
  return JSON.parse(expectSuccess(argv.slice(0, 1), await run(argv)).stdout);
}

export interface BarePod {
  readonly name: string;
  readonly address: string;
  readonly ask: (question: Question) => Promise<string[]>;
  readonly end: () => Promise<void>;
}

/** Makes the node's bridge, as the bridge plugin would. */
export async function makePodBridge(scope: NodeScope, gateway: string, signal: AbortSignal): Promise<void> {
  const batch = `link add ${BRIDGE} type bridge\naddr add ${gateway}/24 dev ${BRIDGE}\nlink set ${BRIDGE} up\n`;
  expectSuccess(['ip'], await scope.run(['ip', '-batch', '-'], { signal, stdin: batch }));
}

/** Starts one; `index` tells the pods of a node apart. */
export async function startBarePod(
  scope: NodeScope,
  name: string,
  address: string,
  gateway: string,
  signal: AbortSignal,
): Promise<BarePod> {
  const child: ChildProcess = scope.spawn(['unshare', '--net', '--', process.execPath, '--eval', SERVER, '--', name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(must(child.stdout, 'the output'), 'data');
  const pid = must(child.pid, 'a pid');
  const run: Run = (argv) => scope.run(['nsenter', `--net=/proc/${pid}/ns/net`, '--', ...argv], { signal });
  const outside = `v${address.split('.').slice(2).join('-')}`;
  const wiring = [
    `link add ${outside} type veth peer name eth0 netns ${pid}`,
    `link set ${outside} master ${BRIDGE}`,
    `link set ${outside} type bridge_slave hairpin on`,
    `link set ${outside} up`,
  ];
  expectSuccess(['ip'], await scope.run(['ip', '-batch', '-'], { signal, stdin: `${wiring.join('\n')}\n` }));
  for (const step of ['link set lo up', `addr add ${address}/24 dev eth0`, 'link set eth0 up', `route add default via ${gateway}`]) {
    const argv = ['ip', ...step.split(' ')];
    expectSuccess(argv, await run(argv));
  }
  const end = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { name, address, ask: (question) => askFrom(run, question), end };
}
