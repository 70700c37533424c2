// The component faces: each part of the control plane and of a node as a command of its own, talking only to an API server over
// TLS with its own kubeconfig, so that any of them can be swapped for its upstream twin.

import type { Command } from 'commander';

function face(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option('--kubeconfig <file>', 'how to reach the API server, and as whom')
    .option('-v, --verbose', 'log more', false);
}

/** Adds one command for each component. */
export function addFaces(program: Command, untilAsked: () => AbortSignal): void {
  program
    .command('apiserver')
    .description('run an API server alone')
    .requiredOption('--data-dir <folder>', 'where keys and objects are kept')
    .option('--bind-address <address>', 'address to listen on', '127.0.0.1')
    .option('--advertise-address <address>', 'address under which Pods reach this server')
    .option('--secure-port <port>', 'port to listen on', (text) => Number(text), 6443)
    .option('--service-cluster-ip-range <cidr>', 'range of Service addresses', '10.96.0.0/16')
    .option('-v, --verbose', 'log more', false)
    .action(async (flags) => (await import('./faces/apiserver.ts')).apiServerFace(flags, untilAsked()));
  face(program, 'scheduler', 'run the scheduler alone').action(async (flags) =>
    (await import('./faces/scheduler.ts')).schedulerFace(flags, untilAsked()),
  );
  face(program, 'controller-manager', 'run the controllers alone')
    .option('--root-ca-file <file>', "the authority that Pods trust (the kubeconfig's, unless told)")
    .option('--cluster-cidr <cidr>', 'range of Pod addresses; nodes get parts of it')
    .action(async (flags) => (await import('./faces/controller-manager.ts')).controllerManagerFace(flags, untilAsked()));
  face(program, 'kubelet', 'run a kubelet on this machine')
    .requiredOption('--node-name <name>', 'name of the node')
    .requiredOption('--node-ip <address>', 'address of the node')
    .requiredOption('--pod-cidr <cidr>', "range of this node's Pods")
    .requiredOption('--data-dir <folder>', 'where the node keeps its data')
    .requiredOption('--tls-cert-file <file>', 'serving certificate')
    .requiredOption('--tls-private-key-file <file>', 'key of the serving certificate')
    .option('--cluster-cidr <cidr>', 'range of all Pods', '10.244.0.0/16')
    .option('--service-cluster-ip-range <cidr>', 'range of Service addresses', '10.96.0.0/16')
    .option('--cluster-dns <address>', "address of the cluster's DNS", '10.96.0.10')
    .option('--port <port>', 'port of the kubelet', (text) => Number(text), 10_250)
    .action(async (flags) => (await import('./faces/kubelet.ts')).kubeletFace(flags, untilAsked()));
  face(program, 'proxy', 'run the service proxy on this machine')
    .requiredOption('--node-name <name>', 'name of the node')
    .requiredOption('--node-ip <address>', 'address of the node')
    .requiredOption('--data-dir <folder>', 'where the node keeps its data')
    .option('--cluster-cidr <cidr>', 'range of all Pods', '10.244.0.0/16')
    .option('--service-cluster-ip-range <cidr>', 'range of Service addresses', '10.96.0.0/16')
    .action(async (flags) => (await import('./faces/proxy.ts')).proxyFace(flags, untilAsked()));
  face(program, 'dns', "run the cluster's DNS alone")
    .option('--address <address>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on', (text) => Number(text), 53)
    .action(async (flags) => (await import('./faces/dns.ts')).dnsFace(flags, untilAsked()));
}
