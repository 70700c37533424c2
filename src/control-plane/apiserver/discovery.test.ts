// What discovery says of every kind, against what upstream says.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { aggregatedDiscovery, servedGroups } from '../../server/discovery/documents.ts';
import { RegistrySnapshot } from '../../server/registry.ts';
import { createTestParts } from './api-server-fixture.ts';

interface Row {
  readonly resource: string;
  readonly verbs: readonly string[];
  readonly responseKind: object;
  readonly singularResource: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly scope: string;
  readonly subresources?: readonly {
    readonly subresource: string;
    readonly responseKind: { readonly kind: string };
    readonly verbs: readonly string[];
  }[];
}
interface Discovery {
  readonly items: readonly {
    readonly metadata: { readonly name?: string };
    readonly versions: readonly { readonly version: string; readonly resources: readonly Row[] }[];
  }[];
}

/** One line for each resource and subresource. */
function linesOf({ items }: Discovery): string[] {
  return items
    .flatMap(({ metadata, versions }) =>
      versions.flatMap(({ version, resources }) =>
        resources.flatMap((row) => {
          const at = `${metadata.name ?? ''}/${version}/${row.resource}`;
          const { shortNames = [], categories = [] } = row;
          const facts = {
            kind: (row.responseKind as { kind: string }).kind,
            scope: row.scope,
            singular: row.singularResource,
            verbs: row.verbs,
            shortNames,
            categories,
          };
          const subresources = (row.subresources ?? []).map(
            (each) => `${at}/${each.subresource} ${each.responseKind.kind} ${each.verbs.join()}`,
          );
          return [`${at} ${JSON.stringify(facts)}`, ...subresources];
        }),
      ),
    )
    .toSorted();
}

test('every resource and subresource of upstream is served with the same verbs, kinds and names', () => {
  const path = new URL('../../../test/vectors/facts/discovery.json', import.meta.url);
  const facts = JSON.parse(readFileSync(path, 'utf8')) as { api: Discovery; apis: Discovery };
  const { strategies } = createTestParts();
  const snapshot = RegistrySnapshot.of(strategies.map((strategy) => ({ definition: strategy.definition, strategy, cache: undefined })));
  const ours = linesOf(aggregatedDiscovery(servedGroups(snapshot, []), 'v2') as Discovery);
  const theirs = linesOf({ items: [...facts.api.items, ...facts.apis.items] });
  assert.deepEqual(ours, theirs);
});
