// What the floors allow and refuse, on small made-up trees.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { floorProblems } from './floors.ts';

const DOOR = 'export {};';

/** The problems of one importing file, in a tree where every other file is there. */
function problemsOf(from: string, target: string, form = (specifier: string) => `import { x } from '${specifier}';`): string[] {
  const depth = from.split('/').length - 1;
  const specifier = target.startsWith('node:') ? target : `./${'../'.repeat(depth)}${target}`;
  return floorProblems(
    new Map([
      [target, DOOR],
      [from, form(specifier)],
    ]),
  );
}

describe('floors', () => {
  const allowed: [string, string][] = [
    ['machinery/schema.ts', 'base/clock.ts'],
    ['server/listener.ts', 'store/store.ts'],
    ['cluster/open.ts', 'store/sqlite.ts'],
    ['cluster/start.ts', 'control-plane/apiserver/index.ts'],
    ['cmd/main.ts', 'addons/dns/index.ts'],
    ['node/kubelet/pod-worker.ts', 'node/scope/scope.ts'],
    ['node/kubelet/pod-worker.ts', 'node/kubelet/cri/client.ts'],
    ['control-plane/controllers/all.ts', 'control-plane/controllers/job/index.ts'],
    ['client/node-transport.ts', 'node:http2'],
    ['store/sqlite.ts', 'node:sqlite'],
  ];
  for (const [from, target] of allowed) {
    test(`${from} may import ${target}`, () => assert.deepEqual(problemsOf(from, target), []));
  }

  const refused: [string, string, RegExp][] = [
    ['base/clock.ts', 'machinery/schema.ts', /^src\/base\/clock\.ts:1: base \(floor 0\) must not import machinery \(floor 1\): take it/],
    ['client/watch.ts', 'store/store.ts', /only server uses store/],
    ['runtime/informer.ts', 'server/pipeline.ts', /must not import server/],
    ['control-plane/apiserver/run.ts', 'store/store.ts', /only server uses store/],
    ['control-plane/scheduler/cycle.ts', 'control-plane/apiserver/index.ts', /never import each other/],
    ['control-plane/controllers/job/plan.ts', 'control-plane/controllers/replicaset/index.ts', /never import each other/],
    ['control-plane/controllers/job/plan.ts', 'control-plane/controllers/all.ts', /the list that names it/],
    ['node/kubelet/run.ts', 'node/proxy/index.ts', /never import each other/],
    ['node/scope/scope.ts', 'control-plane/controllers/all.ts', /neighbours on floor 5/],
    ['addons/dns/run.ts', 'simulator/index.ts', /never import each other/],
    ['cluster/start.ts', 'node/kubelet/pod-worker.ts', /has one door: import node\/kubelet\/index\.ts/],
    ['api/core/v1/pod.ts', 'node:crypto', /must not import node:crypto/],
    ['client/watch.ts', 'node:http', /must not import node:http/],
    ['server/listener.ts', '../test/rig/floors.ts', /must not import test\/rig/],
    ['server/listener.ts', 'server/listener.test.ts', /must not import the test/],
    ['extras/thing.ts', 'base/clock.ts', /src\/extras has no floor/],
  ];
  for (const [from, target, message] of refused) {
    test(`${from} may not import ${target}`, () => {
      const problems = problemsOf(from, target);
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0] ?? '', message);
    });
  }

  test('type imports, re-exports and dynamic imports count', () => {
    for (const form of [
      (specifier: string) => `import type { X } from '${specifier}';`,
      (specifier: string) => `import {\n  type X,\n  y,\n} from "${specifier}";`,
      (specifier: string) => `export * from '${specifier}';`,
      (specifier: string) => `import '${specifier}';`,
      (specifier: string) => `const later = () => import('${specifier}');`,
      (specifier: string) => `let x: import('${specifier}').X;`,
    ]) {
      assert.equal(problemsOf('base/clock.ts', 'api/pod.ts', form).length, 1, form('x'));
    }
  });

  test('imports inside comments, templates and regular expressions do not count', () => {
    for (const form of [
      (specifier: string) => `// import { x } from '${specifier}';`,
      (specifier: string) => `/*\nimport { x } from '${specifier}';\n*/`,
      (specifier: string) => `const text = \`\nimport { x } from '${specifier}';\n\${\`\`}\`;`,
    ]) {
      assert.deepEqual(problemsOf('base/clock.ts', 'api/pod.ts', form), [], form('x'));
    }
    assert.equal(
      problemsOf('base/clock.ts', 'api/pod.ts', (specifier) => `const quote = /["'\`]/;\nimport x from '${specifier}';`).length,
      1,
    );
  });

  test('a ring of files is named', () => {
    const problems = floorProblems(
      new Map([
        ['base/a.ts', "import './b.ts';"],
        ['base/b.ts', "import './c.ts';"],
        ['base/c.ts', "import './b.ts';"],
      ]),
    );
    assert.deepEqual(problems, [
      'src/base/b.ts → src/base/c.ts → src/base/b.ts: files import each other in a ring: move what they share to a file of its own',
    ]);
  });

  test('a type may look back', () => {
    const files = new Map([
      ['base/a.ts', "import { check } from './b.ts';"],
      ['base/b.ts', "import type { A } from './a.ts';"],
    ]);
    assert.deepEqual(floorProblems(files), []);
  });

  test('tests may look anywhere', () => {
    assert.deepEqual(problemsOf('base/clock.test.ts', 'cluster/index.ts'), []);
  });
});
