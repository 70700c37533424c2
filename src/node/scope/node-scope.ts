// A node's view of the machine. It is the only way to run nft, ip, mount, CNI plugins or containerd for a node.
//
// N1. Paths given to programs are the node's own; `hostPath` says how this process reaches the same file.
// N2. Nothing here depends on which process made the scope: another one can open it by its record.

import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import type { Server } from 'node:net';

import type { Clock } from '../../base/clock.ts';
import type { CgroupLayout } from './cgroup.ts';
import type { RunOptions, RunResult } from './command.ts';
import { COMMAND_ENVIRONMENT, runCommand } from './command.ts';
import type { NodeFolders } from './folders.ts';
import { listenWith, type ListenOptions } from './listen.ts';
import type { NodeNames } from './names.ts';
import type { ProcessIdentity } from './process.ts';

/** The addresses that concern a node. */
export interface NodeCidrs {
  readonly address: string;
  readonly nodeCidr: string;
  readonly podCidr: string;
  readonly clusterPodCidr: string;
  readonly serviceCidr: string;
}

export interface SpawnOptions {
  /** File descriptors or modes of stdin, stdout and stderr. */
  readonly stdio?: readonly ('ignore' | 'pipe' | 'inherit' | number)[];
  /** A session of its own, so that it outlives this process. */
  readonly detached?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** One node on this machine. */
export interface NodeScope {
  readonly cluster: string;
  readonly node: string;
  readonly names: NodeNames;
  /** The file of its network namespace; undefined when the machine is the node. */
  readonly netns: string | undefined;
  /** The file of its mount namespace; undefined when the machine is the node. */
  readonly mountns: string | undefined;
  /** The process that holds the namespaces open. */
  readonly holder: ProcessIdentity | undefined;
  readonly cgroupRoot: string;
  readonly cgroups: CgroupLayout;
  readonly folders: NodeFolders;
  readonly cidrs: NodeCidrs;
  /** containerd's socket as this process reaches it. */
  readonly socket: string;
  /** How this process reaches a file of the node, mounts made inside the node included. Absolute symlinks under it would lead astray. */
  hostPath(nodePath: string): string;
  /** Runs a program in the node to its end. */
  run(argv: readonly string[], options: RunOptions): Promise<RunResult>;
  /** Starts a program in the node; its pid is the program's own. */
  spawn(argv: readonly string[], options?: SpawnOptions): ChildProcess;
  /** A TCP server whose socket lives in the node's network. */
  listen(options: ListenOptions): Promise<Server>;
}

interface ScopeFacts {
  readonly cluster: string;
  readonly node: string;
  readonly names: NodeNames;
  readonly cgroupRoot: string;
  readonly cgroups: CgroupLayout;
  readonly folders: NodeFolders;
  readonly cidrs: NodeCidrs;
  readonly netns: string | undefined;
  readonly holder: ProcessIdentity | undefined;
}

/** A scope over namespaces that exist, or over the machine itself when there is no holder. */
export function nodeScope(facts: ScopeFacts, clock: Clock): NodeScope {
  const { holder, netns, folders } = facts;
  const enter = holder === undefined ? [] : ['nsenter', '--target', String(holder.pid), '--net', '--mount', '--uts', '--'];
  const root = holder === undefined ? '' : `/proc/${holder.pid}/root`;
  const hostPath = (nodePath: string): string => `${root}${nodePath}`;
  return {
    ...facts,
    mountns: holder === undefined ? undefined : `/proc/${holder.pid}/ns/mnt`,
    socket: hostPath(`${folders.containerdState}/containerd.sock`),
    hostPath,
    run: (argv, options) => runCommand([...enter, ...argv], clock, options),
    spawn: (argv, options = {}) => spawnIn([...enter, ...argv], options),
    listen: (options) => listenWith(netns === undefined ? [] : ['nsenter', `--net=${netns}`, '--'], options),
  };
}

function spawnIn([program = '', ...rest]: readonly string[], options: SpawnOptions): ChildProcess {
  const { stdio = ['ignore', 'pipe', 'pipe'], detached = false, env = COMMAND_ENVIRONMENT } = options;
  return spawn(program, rest, { stdio: [...stdio], detached, env, cwd: '/' });
}
