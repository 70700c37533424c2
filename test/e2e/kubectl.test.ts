// The commands of upstream's kubectl against a running cluster: what they print, and what they do to containers and objects.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { BUSYBOX, runProgram, startE2eCluster } from './cluster.ts';
import type { E2eCluster, Finished } from './cluster.ts';
import { kubectlPath } from './kubectl.ts';
import { container, FOREVER, pod, podSpec, texts } from './manifests.ts';

const LIMIT_MS = 120_000;

const says = (wanted: string | RegExp) => (answer: Finished) =>
  typeof wanted === 'string' ? answer.stdout === wanted : wanted.test(answer.stdout);

/** A program that a test talks to while it runs. */
class Conversation {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #closed: Promise<unknown>;
  heard = '';

  constructor(argv: readonly string[], env: NodeJS.ProcessEnv) {
    const [program = '', ...rest] = argv;
    this.#child = spawn(program, rest, { env });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (this.heard += text));
    this.#child.stdin.on('error', () => this.#child.stdin.destroy());
    this.#closed = once(this.#child, 'close');
  }

  say(text: string): void {
    this.#child.stdin.write(text);
  }

  async hears(wanted: RegExp): Promise<RegExpExecArray> {
    for (let waitedMs = 0; ; waitedMs += 50) {
      const found = wanted.exec(this.heard);
      if (found !== null) return found;
      if (waitedMs > LIMIT_MS || this.#child.exitCode !== null) throw new Error(`${wanted} was not heard in ${JSON.stringify(this.heard)}`);
      await sleep(50);
    }
  }

  /** Its exit status, once it has ended by itself. */
  async ended(): Promise<number | null> {
    await this.#closed;
    return this.#child.exitCode;
  }

  async end(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#closed;
  }
}

const quoted = (argv: readonly string[]): string => argv.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');

describe('kubectl', { concurrency: 4, timeout: 420_000 }, () => {
  let cluster: E2eCluster;
  let folder = '';
  let binary = '';
  let env: NodeJS.ProcessEnv = {};

  const conversations: Conversation[] = [];
  const converse = (argv: readonly string[]): Conversation => {
    const begun = new Conversation(argv, env);
    conversations.push(begun);
    return begun;
  };
  const talk = (...args: readonly string[]): Conversation => converse([binary, ...args]);
  /** kubectl on a terminal. */
  const onTerminal = (...args: readonly string[]): Conversation =>
    converse(['script', '--quiet', '--return', '--command', `stty cols 91 rows 33; exec ${quoted([binary, ...args])}`, '/dev/null']);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tyke-kubectl-'));
    cluster = await startE2eCluster({ name: `kctl-${process.pid}` });
    binary = await kubectlPath();
    env = { ...process.env, KUBECONFIG: cluster.kubeconfig, HOME: folder, TERM: 'xterm' };
    const talker = container('talker', `echo first; i=0; while [ $i -lt 5 ]; do i=$((i + 1)); echo line $i; done; ${FOREVER}`);
    const reader = container('reader', 'while read line; do echo "got $line"; done; echo over; sleep 1000', {
      stdin: true,
      stdinOnce: false,
    });
    const terminal = container('terminal', 'stty -echo; echo ready; exec sh', { stdin: true, tty: true });
    await cluster.apply([
      pod('tool', '', { containers: [talker, reader, terminal] }),
      pod('web', 'mkdir /www; echo hello > /www/index.html; exec httpd -f -p 8080 -h /www'),
    ]);
    await cluster.ok('wait', '--for=condition=Ready', 'pod/tool', 'pod/web', '--timeout=120s');
  });
  after(async () => {
    await Promise.all(conversations.map((each) => each.end()));
    await cluster?.delete();
    await rm(folder, { recursive: true, force: true });
  });

  test('version, cluster-info, api-resources, explain and get all', async () => {
    assert.match(await cluster.ok('version'), /^Client Version: v1\.36\.\d+\nKustomize Version: \S+\nServer Version: v1\.36\.\d+\S*\n$/);
    assert.match(await cluster.ok('cluster-info'), /Kubernetes control plane.* is running at .*https:\/\/127\.0\.0\.1:\d+/);
    const resources = await cluster.ok('api-resources');
    assert.match(resources, /^NAME +SHORTNAMES +APIVERSION +NAMESPACED +KIND$/m);
    assert.match(resources, /^pods +po +v1 +true +Pod$/m);
    assert.match(resources, /^deployments +deploy +apps\/v1 +true +Deployment$/m);
    assert.match(await cluster.ok('api-versions'), /^apps\/v1$/m);
    const explained = await cluster.ok('explain', 'pod.spec');
    assert.match(explained, /^KIND: {7}Pod\nVERSION: {4}v1\n\nFIELD: spec <PodSpec>\n/);
    assert.match(explained, /^ {2}containers\t<\[\]Container> -required-$/m);
    const all = await cluster.ok('get', 'all', '-A');
    assert.match(all, /^default +pod\/tool +3\/3 +Running +0 +\d+s$/m);
    assert.match(all, /^default +service\/kubernetes +ClusterIP +[\d.]+ +<none> +443\/TCP +\d+s$/m);
    assert.match(all, /^kube-system +service\/kube-dns +ClusterIP +[\d.]+ +<none> +53\/UDP,53\/TCP +\d+s$/m);
    assert.match(
      await cluster.ok('get', 'nodes', '-o', 'wide'),
      /^NAME +STATUS +ROLES +AGE +VERSION +INTERNAL-IP +EXTERNAL-IP +OS-IMAGE +KERNEL-VERSION +CONTAINER-RUNTIME\n\S+ +Ready +\S+ +\d+s +v1\.36\.\d+ +[\d.]+ +<none> +\S.* +containerd:\/\/\S+\n$/,
    );
  });

  test('logs: of one container, followed, its tail, since when, before the restart', async () => {
    assert.equal(await cluster.ok('logs', 'tool', '-c', 'talker', '--tail=2'), 'line 4\nline 5\n');
    assert.match(await cluster.ok('logs', 'tool', '-c', 'talker', '--timestamps', '--tail=1'), /^\d{4}-\d\d-\d\dT\S+Z line 5\n$/);
    assert.equal(await cluster.ok('logs', 'tool', '-c', 'talker', '--limit-bytes=5'), 'first');
    assert.match(await cluster.ok('logs', 'tool', '--all-containers', '--prefix'), /^\[pod\/tool\/talker\] first$/m);
    const unnamed = await cluster.kubectl('logs', 'tool');
    assert.match(unnamed.stderr, /^Defaulted container "talker" out of: talker, reader, terminal\n/);
    assert.match(
      (await cluster.kubectl('logs', 'tool', '-c', 'none')).stderr,
      /^error: container none is not valid for pod tool out of: talker, reader, terminal\n$/,
    );
    assert.equal(
      (await cluster.kubectl('logs', 'tool', '-c', 'talker', '-p')).stderr,
      'Error from server (BadRequest): previous terminated container "talker" in pod "tool" not found\n',
    );
    await cluster.apply(pod('ticking', `echo begun; i=0; while [ $i -lt 4 ]; do sleep 1; i=$((i + 1)); echo tick $i; done; exit 1`));
    await cluster.eventually('it has begun', ['logs', 'ticking'], says(/begun/), LIMIT_MS);
    assert.equal(await cluster.ok('logs', '-f', 'ticking'), 'begun\ntick 1\ntick 2\ntick 3\ntick 4\n');
    await cluster.eventually(
      'it is restarted',
      ['get', 'pod', 'ticking', '-o', 'jsonpath={.status.containerStatuses[0].restartCount}'],
      says(/[1-9]/),
      LIMIT_MS,
    );
    assert.match(await cluster.ok('logs', 'ticking', '-p', '--tail=1'), /^tick 4\n$/);
    assert.match(await cluster.ok('logs', 'ticking', '-p', '--since=1h'), /^begun\n/);
    assert.equal(await cluster.ok('logs', 'web', '--since=1s'), '');
    await cluster.ok('delete', 'pod', 'ticking', '--wait=false');
  });

  test('exec: output, exit status, input, a terminal', async () => {
    const failed = await cluster.kubectl('exec', 'tool', '-c', 'talker', '--', 'sh', '-c', 'echo out; echo err >&2; exit 42');
    assert.deepEqual(failed, { code: 42, stdout: 'out\n', stderr: 'err\ncommand terminated with exit code 42\n' });
    const input = 'x'.repeat(300_000);
    const counted = await runProgram([binary, 'exec', '-i', 'tool', '-c', 'talker', '--', 'wc', '-c'], { env, stdin: input });
    assert.equal(counted.stdout, '300000\n');
    const missing = await cluster.kubectl('exec', 'tool', '-c', 'talker', '--', 'nothing');
    assert.notEqual(missing.code, 0);
    assert.match(missing.stderr, /executable file not found in \$PATH/);
    const shell = onTerminal('exec', '-it', 'tool', '-c', 'talker', '--', 'sh');
    await shell.hears(/\/ # /);
    shell.say('tty; stty size; echo $((6 * 7))\n');
    await shell.hears(/\/dev\/pts\/\d+\r\n33 91\r\n42\r\n/);
    shell.say('exit 3\n');
    await shell.hears(/command terminated with exit code 3/);
    assert.equal(await shell.ended(), 3);
  });

  test('attach: to input and output, and to a terminal', async () => {
    const attached = talk('attach', '-i', 'tool', '-c', 'reader');
    await sleep(500);
    attached.say('one\n');
    await attached.hears(/got one\n/);
    await attached.end();
    const again = talk('attach', '-i', 'tool', '-c', 'reader');
    await sleep(500);
    again.say('two\n');
    await again.hears(/got two\n/);
    await again.end();
    assert.equal(await cluster.ok('logs', 'tool', '-c', 'reader'), 'got one\ngot two\n');
    const terminal = onTerminal('attach', '-it', 'tool', '-c', 'terminal');
    await terminal.hears(/If you don't see a command prompt, try pressing enter\./);
    terminal.say('echo $((6 * 7)) $(tty)\n');
    await terminal.hears(/42 \/dev\/pts\/\d+\r\n/);
    await terminal.end();
  });

  test('run -it --rm shows what the Pod says and removes it', async () => {
    const said = onTerminal(
      'run',
      'passing',
      '-it',
      '--rm',
      '--restart=Never',
      `--image=${BUSYBOX}`,
      '--image-pull-policy=Never',
      '--',
      'sh',
      '-c',
      'sleep 1; echo said; exit 0',
    );
    await said.hears(/pod "passing" deleted/);
    assert.match(said.heard, /said\r\n/);
    assert.equal(await said.ended(), 0);
  });

  test('cp copies files and folders both ways', async () => {
    await writeFile(join(folder, 'sent'), 'sent\n'.repeat(50_000));
    await cluster.ok('cp', join(folder, 'sent'), 'tool:/tmp/received', '-c', 'talker');
    assert.equal(
      (await cluster.ok('exec', 'tool', '-c', 'talker', '--', 'md5sum', '/tmp/received')).slice(0, 32),
      (await runProgram(['md5sum', join(folder, 'sent')])).stdout.slice(0, 32),
    );
    await cluster.ok('exec', 'tool', '-c', 'talker', '--', 'sh', '-c', 'mkdir -p /tmp/tree/branch; echo leaf > /tmp/tree/branch/leaf');
    await cluster.ok('cp', 'default/tool:/tmp/tree', join(folder, 'tree'), '-c', 'talker');
    assert.equal(await readFile(join(folder, 'tree/branch/leaf'), 'utf8'), 'leaf\n');
  });

  test("port-forward reaches the Pod, by its own name or its Service's", async () => {
    await cluster.ok('expose', 'pod', 'web', '--port=80', '--target-port=8080');
    for (const [target, port] of [
      ['pod/web', '8080'],
      ['service/web', '80'],
    ] as const) {
      const forward = talk('port-forward', target, `:${port}`);
      const [, local = ''] = await forward.hears(/Forwarding from 127\.0\.0\.1:(\d+) -> 8080/);
      for (let count = 0; count < 3; count++)
        assert.equal(await (await fetch(`http://127.0.0.1:${local}/`, { headers: { connection: 'close' } })).text(), 'hello\n');
      await forward.end();
    }
  });

  test('get: wide, yaml, json, jsonpath, custom-columns, name, watched', async () => {
    assert.match(
      await cluster.ok('get', 'pod', 'web', '-o', 'wide'),
      /^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES\nweb +1\/1 +Running +0 +\d+s +10\.[\d.]+ +kctl-\d+ +<none> +<none>\n$/,
    );
    const yaml = await cluster.ok('get', 'pod', 'web', '-o', 'yaml');
    assert.match(yaml, /^apiVersion: v1\nkind: Pod\nmetadata:\n {2}annotations:\n/);
    assert.match(yaml, /^ {2}phase: Running$/m);
    const json = JSON.parse(await cluster.ok('get', 'pod', 'web', '-o', 'json'));
    assert.equal(json.kind, 'Pod');
    assert.equal(json.metadata.managedFields, undefined);
    assert.equal(await cluster.ok('get', 'pod', 'web', '-o', 'name'), 'pod/web\n');
    assert.equal(
      await cluster.ok('get', 'pods', 'tool', 'web', '-o', 'custom-columns=NAME:.metadata.name,QOS:.status.qosClass'),
      'NAME   QOS\ntool   BestEffort\nweb    BestEffort\n',
    );
    assert.equal(
      await cluster.ok(
        'get',
        'pods',
        '-l',
        'app in (web, tool)',
        '--sort-by=.metadata.name',
        '--no-headers',
        '-o',
        'custom-columns=N:.metadata.name',
      ),
      'tool\nweb\n',
    );
    assert.equal((await cluster.kubectl('get', 'pods', '-n', 'kube-public')).stderr, 'No resources found in kube-public namespace.\n');
    assert.equal((await cluster.kubectl('get', 'nothing')).stderr, 'error: the server doesn\'t have a resource type "nothing"\n');
    const watching = talk('get', 'configmaps', '-w', '--output-watch-events', '-l', 'watched=yes');
    await cluster.ok('create', 'configmap', 'seen', '--from-literal=a=b');
    await cluster.ok('label', 'configmap', 'seen', 'watched=yes');
    await watching.hears(/^ADDED +seen +1 +\d+s$/m);
    await cluster.ok('label', 'configmap', 'seen', 'watched-');
    await watching.hears(/^DELETED +seen +1 +\d+s$/m);
    await watching.end();
    await cluster.ok('delete', 'configmap', 'seen');
  });

  test('describe tells all of a Pod and of a node', async () => {
    const described = await cluster.ok('describe', 'pod', 'web');
    for (const wanted of [
      /^Name: +web\n/,
      /^Node: +kctl-\d+\/10\./m,
      /^Status: +Running$/m,
      /^Controlled By|^Containers:$/m,
      /^ {4}State: +Running$/m,
      /^QoS Class: +BestEffort$/m,
    ])
      assert.match(described, wanted);
    assert.match(
      described,
      /^Tolerations: +node\.kubernetes\.io\/not-ready:NoExecute op=Exists for 300s\n +node\.kubernetes\.io\/unreachable:NoExecute op=Exists for 300s$/m,
    );
    assert.match(
      described,
      /^ {2}Normal +Scheduled +\S+ +default-scheduler +Successfully assigned default\/web to kctl-\d+\n {2}Normal +Pulled +\S+ +kubelet +\S+: Container image "\S+" already present on machine.*\n {2}Normal +Created +\S+ +kubelet +\S+: Container created\n {2}Normal +Started +\S+ +kubelet +\S+: Container started$/m,
    );
    const node = await cluster.ok('describe', 'node', cluster.name);
    assert.match(node, /^ {2}Ready +True +.* KubeletReady +kubelet is posting ready status$/m);
    assert.match(node, /^Allocated resources:$/m);
    assert.match(await cluster.ok('events', '--for', 'pod/web'), /^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE$/m);
  });

  test('edit, patch of three types, label, annotate, replace and set', async () => {
    await cluster.apply(texts('ConfigMap', 'changing', { a: '1', b: '2' }));
    const value = async (): Promise<unknown> => JSON.parse(await cluster.ok('get', 'configmap', 'changing', '-o', 'jsonpath={.data}'));
    const edited = await runProgram([binary, 'edit', 'configmap', 'changing'], {
      env: { ...env, KUBE_EDITOR: `sed -i 's/a: "1"/a: "9"/'` },
    });
    assert.equal(edited.stdout, 'configmap/changing edited\n', edited.stderr);
    assert.deepEqual(await value(), { a: '9', b: '2' });
    const idle = await runProgram([binary, 'edit', 'configmap', 'changing'], { env: { ...env, KUBE_EDITOR: 'true' } });
    assert.equal(idle.stderr + idle.stdout, 'Edit cancelled, no changes made.\n');
    assert.equal(
      await cluster.ok('patch', 'configmap', 'changing', '--type=merge', '-p', '{"data":{"b":null,"c":"3"}}'),
      'configmap/changing patched\n',
    );
    assert.deepEqual(await value(), { a: '9', c: '3' });
    assert.equal(
      await cluster.ok(
        'patch',
        'configmap',
        'changing',
        '--type=json',
        '-p',
        '[{"op":"test","path":"/data/a","value":"9"},{"op":"remove","path":"/data/a"}]',
      ),
      'configmap/changing patched\n',
    );
    assert.equal(
      await cluster.ok('patch', 'configmap', 'changing', '-p', '{"data":{"c":"3"}}'),
      'configmap/changing patched (no change)\n',
    );
    await cluster.apply({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'patched' },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'patched' } },
        template: { metadata: { labels: { app: 'patched' } }, spec: podSpec(FOREVER) },
      },
    });
    await cluster.ok(
      'patch',
      'deployment',
      'patched',
      '-p',
      '{"spec":{"template":{"spec":{"containers":[{"name":"main","tty":true},{"name":"more","image":"busybox:tyke"}]}}}}',
    );
    assert.equal(await cluster.ok('get', 'deployment', 'patched', '-o', 'jsonpath={.spec.template.spec.containers[*].name}'), 'main more');
    await cluster.ok('delete', 'deployment', 'patched');
    assert.equal(await cluster.ok('label', 'configmap', 'changing', 'x=y'), 'configmap/changing labeled\n');
    assert.equal(
      (await cluster.kubectl('label', 'configmap', 'changing', 'x=z')).stderr,
      "error: 'x' already has a value (y), and --overwrite is false\n",
    );
    assert.equal(await cluster.ok('label', 'configmap', 'changing', 'x-'), 'configmap/changing unlabeled\n');
    assert.equal(await cluster.ok('annotate', 'configmap', 'changing', 'note=well'), 'configmap/changing annotated\n');
    assert.equal(await cluster.ok('get', 'configmap', 'changing', '-o', 'jsonpath={.metadata.annotations.note}'), 'well');
    const wrong = await cluster.kubectl('patch', 'pod', 'web', '-p', '{"spec":{"nodeName":"other"}}');
    assert.match(
      wrong.stderr,
      /^The Pod "web" is invalid: spec: Forbidden: pod updates may not change fields other than `spec\.containers\[\*\]\.image`,/,
    );
  });

  test('apply keeps what others own and removes what it had set; diff shows what would change', async () => {
    const file = join(folder, 'applied.json');
    const write = (data: object, labels: object = {}): Promise<void> =>
      writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied', labels }, data }));
    await write({ a: '1', b: '2' }, { keep: 'no' });
    assert.equal((await cluster.kubectl('diff', '-f', file)).code, 1);
    assert.equal(await cluster.ok('apply', '-f', file), 'configmap/applied created\n');
    assert.equal((await cluster.kubectl('diff', '-f', file)).code, 0);
    await cluster.ok('patch', 'configmap', 'applied', '-p', '{"data":{"other":"hand"}}');
    await write({ a: '3' });
    const difference = await cluster.kubectl('diff', '-f', file);
    assert.equal(difference.code, 1);
    assert.match(difference.stdout, /^-  a: "1"\n-  b: "2"\n\+  a: "3"\n/m);
    assert.equal(await cluster.ok('apply', '-f', file, '--dry-run=server'), 'configmap/applied configured (server dry run)\n');
    assert.equal(await cluster.ok('get', 'configmap', 'applied', '-o', 'jsonpath={.data.a}'), '1');
    assert.equal(await cluster.ok('apply', '-f', file), 'configmap/applied configured\n');
    const { data, metadata } = JSON.parse(await cluster.ok('get', 'configmap', 'applied', '-o', 'json'));
    assert.deepEqual(data, { a: '3', other: 'hand' });
    assert.equal(metadata.labels, undefined);
    assert.equal(await cluster.ok('create', 'configmap', 'dry', '--dry-run=server', '-o', 'name'), 'configmap/dry\n');
    assert.equal((await cluster.kubectl('get', 'configmap', 'dry')).stderr, 'Error from server (NotFound): configmaps "dry" not found\n');
    const strict = await cluster
      .apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'strict' }, spec: { ...podSpec('true'), nonsense: 1 } })
      .then(() => '', String);
    assert.match(strict, /Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec\.nonsense"/);
  });

  test('delete in the background, in the foreground and leaving orphans; wait', async () => {
    const set = (name: string): object => ({
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name },
      spec: {
        replicas: 1,
        selector: { matchLabels: { set: name } },
        template: { metadata: { labels: { set: name } }, spec: podSpec(FOREVER) },
      },
    });
    await cluster.apply([set('background'), set('foreground'), set('orphan')]);
    for (const name of ['background', 'foreground', 'orphan']) {
      assert.equal(
        await cluster.ok('wait', '--for=jsonpath={.status.readyReplicas}=1', `rs/${name}`, '--timeout=100s'),
        `replicaset.apps/${name} condition met\n`,
      );
      assert.equal(
        await cluster.ok('delete', 'rs', name, `--cascade=${name}`),
        `replicaset.apps "${name}" deleted from default namespace\n`,
      );
      const left = ['get', 'pods', '-l', `set=${name}`, '-o', 'name'];
      if (name === 'foreground') assert.equal(await cluster.ok(...left), '');
      if (name === 'background') await cluster.eventually('the Pod goes too', left, says(''), LIMIT_MS);
      if (name === 'orphan') assert.match(await cluster.ok(...left), /^pod\/orphan-/);
    }
    await cluster.ok('delete', 'pods', '-l', 'set=orphan');
    const waited = await cluster.kubectl('wait', '--for=condition=Nothing', 'pod/web', '--timeout=1s');
    assert.equal(waited.stderr, 'error: timed out waiting for the condition on pods/web\n');
    await cluster.ok('create', 'namespace', 'whole');
    await cluster.ok('create', 'configmap', 'inside', '-n', 'whole');
    assert.equal(await cluster.ok('delete', 'namespace', 'whole'), 'namespace "whole" deleted\n');
    assert.equal(
      (await cluster.kubectl('get', 'configmap', 'inside', '-n', 'whole')).stderr,
      'Error from server (NotFound): namespaces "whole" not found\n',
    );
  });

  test('auth can-i, and tokens of service accounts', async () => {
    assert.equal(await cluster.ok('auth', 'can-i', 'create', 'pods'), 'yes\n');
    const refused = await cluster.kubectl('auth', 'can-i', 'create', 'pods', '--as=system:serviceaccount:default:default');
    assert.deepEqual([refused.code, refused.stdout], [1, 'no\n']);
    assert.match(
      await cluster.ok('auth', 'can-i', '--list', '--as=system:serviceaccount:default:default'),
      /^selfsubjectaccessreviews\.authorization\.k8s\.io +\[\] +\[\] +\[create\]$/m,
    );
    await cluster.ok('create', 'serviceaccount', 'robot');
    const token = (await cluster.ok('create', 'token', 'robot', '--duration=1h')).trim();
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    assert.equal(claims.sub, 'system:serviceaccount:default:robot');
    assert.equal(claims.exp - claims.iat, 3600);
  });
});

describe('kubectl cordon', { timeout: 240_000 }, () => {
  let cluster: E2eCluster;
  before(async () => {
    cluster = await startE2eCluster({ name: `cord-${process.pid}` });
  });
  after(() => cluster?.delete());

  test('cordon keeps new Pods off a node until it is uncordoned; drain empties it', async () => {
    assert.equal(await cluster.ok('cordon', cluster.name), `node/${cluster.name} cordoned\n`);
    assert.equal(await cluster.ok('cordon', cluster.name), `node/${cluster.name} already cordoned\n`);
    assert.match(await cluster.ok('get', 'nodes'), /^cord-\d+ +Ready,SchedulingDisabled +\S+ +\d+s +v1\.36/m);
    await cluster.ok('create', 'deployment', 'held', `--image=${BUSYBOX}`, '--', 'sh', '-c', FOREVER);
    const { stdout } = await cluster.eventually(
      'the Pod is held',
      ['get', 'pods', '-l', 'app=held', '-o', 'jsonpath={.items[0].status.conditions[?(@.type=="PodScheduled")].message}'],
      says(/nodes are available/),
      LIMIT_MS,
    );
    assert.match(stdout, /^0\/1 nodes are available: 1 node\(s\) were unschedulable\. /);
    assert.equal(await cluster.ok('uncordon', cluster.name), `node/${cluster.name} uncordoned\n`);
    await cluster.ok('rollout', 'status', 'deployment/held');
    const drained = await cluster.ok('drain', cluster.name, '--ignore-daemonsets', '--timeout=100s');
    assert.match(drained, /^pod\/held-\w+-\w+ evicted\nnode\/cord-\d+ drained\n$/m);
  });
});
