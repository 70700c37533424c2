// Both shapes of containerd's configuration, section by section.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { configFormat, containerdConfig, type ContainerdConfigOptions } from './containerd-config.ts';

const options: ContainerdConfigOptions = {
  format: 2,
  root: '/data/containerd',
  state: '/run/containerd',
  socket: '/run/containerd/containerd.sock',
  runtime: 'crun',
  runtimePath: '/usr/bin/crun',
  pauseImage: 'example.local/pause:1',
  cniBinaries: '/usr/lib/cni',
  cniConfig: '/data/cni',
  registries: '/data/registries',
  streamAddress: '10.0.0.2',
  restrictOomScoreAdj: true,
};

/** The assignments below a heading. */
function table(text: string, heading: string): string[] {
  const section = text.split(/^(?=\[)/m).find((part) => part.startsWith(`[${heading}]\n`));
  return section?.trim().split('\n').slice(1) ?? [];
}

test('containerd 1.6 and 1.7 get one CRI plugin', () => {
  const text = containerdConfig(options);
  assert.match(text, /^version = 2\n/);
  assert.deepEqual(table(text, 'grpc'), ['address = "/run/containerd/containerd.sock"']);
  const cri = table(text, 'plugins."io.containerd.grpc.v1.cri"');
  assert.ok(cri.includes('sandbox_image = "example.local/pause:1"'));
  assert.ok(cri.includes('restrict_oom_score_adj = true'));
  assert.ok(cri.includes('stream_server_address = "10.0.0.2"'));
  assert.deepEqual(table(text, 'plugins."io.containerd.grpc.v1.cri".registry'), ['config_path = "/data/registries"']);
  assert.deepEqual(table(text, 'plugins."io.containerd.grpc.v1.cri".containerd.runtimes.crun.options'), [
    'BinaryName = "/usr/bin/crun"',
    'SystemdCgroup = false',
  ]);
});

test('containerd 2 gets its plugins for images and for the runtime apart', () => {
  const text = containerdConfig({ ...options, format: 3 });
  assert.match(text, /^version = 3\n/);
  assert.deepEqual(table(text, 'plugins."io.containerd.cri.v1.images".pinned_images'), ['sandbox = "example.local/pause:1"']);
  assert.deepEqual(table(text, 'plugins."io.containerd.cri.v1.images"'), ['snapshotter = "overlayfs"']);
  assert.deepEqual(table(text, 'plugins."io.containerd.cri.v1.runtime".cni'), ['bin_dirs = ["/usr/lib/cni"]', 'conf_dir = "/data/cni"']);
  assert.deepEqual(table(text, 'plugins."io.containerd.cri.v1.runtime".containerd'), ['default_runtime_name = "crun"']);
});

test('paths with quotes and backslashes stay one string', () => {
  const text = containerdConfig({ ...options, root: '/a "b"\\c' });
  assert.match(text, /^root = "\/a \\"b\\"\\\\c"$/m);
});

test('the format follows from the version that containerd prints', () => {
  assert.equal(configFormat('containerd github.com/containerd/containerd 1.6.20~ds1 1.6.20~ds1-1+deb12u3\n'), 2);
  assert.equal(configFormat('containerd github.com/containerd/containerd v1.7.24 abc\n'), 2);
  assert.equal(configFormat('containerd github.com/containerd/containerd/v2 2.1.9+unknown \n'), 3);
  assert.throws(() => configFormat('what?'), /not understood: what\?/);
});
