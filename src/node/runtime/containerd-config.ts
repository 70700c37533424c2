// containerd's configuration as text, in the two shapes that its versions read: 2 (containerd 1.6 and 1.7) and 3 (2.x).

/** The low-level runtime that makes containers. */
export type LowLevelRuntime = 'runc' | 'crun';

export interface ContainerdConfigOptions {
  readonly format: 2 | 3;
  readonly root: string;
  readonly state: string;
  readonly socket: string;
  readonly runtime: LowLevelRuntime;
  readonly runtimePath: string;
  readonly pauseImage: string;
  readonly cniBinaries: string;
  readonly cniConfig: string;
  readonly registries: string;
  /** Where exec, attach and port-forward are streamed from; the port is any free one. */
  readonly streamAddress: string;
  /** Set where the machine may not lower a process's oom_score_adj. */
  readonly restrictOomScoreAdj: boolean;
}

type Value = string | boolean | readonly string[];
type Section = readonly [path: readonly string[], values: Readonly<Record<string, Value>>];

// What a node of Tyke never uses: other snapshotters, tracing, and the plugin that makes a folder in /opt.
const DISABLED = [
  'io.containerd.snapshotter.v1.aufs',
  'io.containerd.snapshotter.v1.blockfile',
  'io.containerd.snapshotter.v1.btrfs',
  'io.containerd.snapshotter.v1.devmapper',
  'io.containerd.snapshotter.v1.erofs',
  'io.containerd.snapshotter.v1.zfs',
  'io.containerd.internal.v1.opt',
  'io.containerd.tracing.processor.v1.otlp',
  'io.containerd.nri.v1.nri',
];

/** The configuration file's text. */
export function containerdConfig(options: ContainerdConfigOptions): string {
  const sections = options.format === 2 ? formatTwo(options) : formatThree(options);
  const head = assignments({ root: options.root, state: options.state, disabled_plugins: DISABLED });
  return [`version = ${options.format}\n${head}`, ...sections.map(section)].join('\n');
}

/** The configuration format that a version of containerd reads, from what `containerd --version` prints. */
export function configFormat(versionText: string): 2 | 3 {
  const major = /\s[v]?(\d+)\.\d+/.exec(versionText)?.[1];
  if (major === undefined) throw new Error(`containerd's version is not understood: ${versionText.trim()}`);
  return Number(major) >= 2 ? 3 : 2;
}

function formatTwo(options: ContainerdConfigOptions): Section[] {
  const cri = ['plugins', 'io.containerd.grpc.v1.cri'];
  return [
    [['grpc'], { address: options.socket }],
    [cri, { sandbox_image: options.pauseImage, ...streamServer(options), ...sandboxes(options) }],
    [[...cri, 'registry'], { config_path: options.registries }],
    [[...cri, 'cni'], { bin_dir: options.cniBinaries, conf_dir: options.cniConfig }],
    [[...cri, 'containerd'], { snapshotter: 'overlayfs', default_runtime_name: options.runtime }],
    ...runtimes(cri, options),
  ];
}

function formatThree(options: ContainerdConfigOptions): Section[] {
  const runtime = ['plugins', 'io.containerd.cri.v1.runtime'];
  const images = ['plugins', 'io.containerd.cri.v1.images'];
  return [
    [['grpc'], { address: options.socket }],
    [['plugins', 'io.containerd.grpc.v1.cri'], streamServer(options)],
    [images, { snapshotter: 'overlayfs' }],
    [[...images, 'pinned_images'], { sandbox: options.pauseImage }],
    [[...images, 'registry'], { config_path: options.registries }],
    [runtime, sandboxes(options)],
    [[...runtime, 'cni'], { bin_dirs: [options.cniBinaries], conf_dir: options.cniConfig }],
    [[...runtime, 'containerd'], { default_runtime_name: options.runtime }],
    ...runtimes(runtime, options),
  ];
}

function streamServer({ streamAddress }: ContainerdConfigOptions): Readonly<Record<string, Value>> {
  return { stream_server_address: streamAddress, stream_server_port: '0' };
}

function sandboxes({ restrictOomScoreAdj }: ContainerdConfigOptions): Readonly<Record<string, Value>> {
  return {
    enable_selinux: false,
    disable_apparmor: true,
    disable_hugetlb_controller: true,
    tolerate_missing_hugetlb_controller: true,
    restrict_oom_score_adj: restrictOomScoreAdj,
    // Network namespaces of Pods stay out of the host's /run/netns.
    netns_mounts_under_state_dir: true,
    enable_unprivileged_ports: true,
    enable_unprivileged_icmp: true,
  };
}

function runtimes(cri: readonly string[], { runtime, runtimePath }: ContainerdConfigOptions): Section[] {
  const path = [...cri, 'containerd', 'runtimes', runtime];
  return [
    [path, { runtime_type: 'io.containerd.runc.v2' }],
    [[...path, 'options'], { BinaryName: runtimePath, SystemdCgroup: false }],
  ];
}

function section([path, values]: Section): string {
  return `[${path.map(key).join('.')}]\n${assignments(values)}`;
}

function assignments(values: Readonly<Record<string, Value>>): string {
  // A JSON string is a TOML basic string, and a JSON list of strings a TOML array.
  return Object.entries(values)
    .map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`)
    .join('');
}

function key(name: string): string {
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : JSON.stringify(name);
}
