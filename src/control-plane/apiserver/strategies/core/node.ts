// How a Node is written. A kubelet may register it with its status; after that, status is written at its own endpoint.

import { node } from '../../../../api/core/v1/node.ts';
import type { Node } from '../../../../api/core/v1/node.ts';
import { FieldPath } from '../../../../machinery/field-path.ts';
import { cidrWarnings } from '../../../../machinery/formats/cidr.ts';
import type { ActionSubresource } from '../../../../server/strategy.ts';
import type { Strategy } from '../../../../server/strategy.ts';
import { resource, statusOnly } from '../resource.ts';

function warningsOf({ spec }: Node): string[] {
  const warnings: string[] = [];
  if (spec.configSource !== undefined) warnings.push('spec.configSource: the feature is removed');
  if ((spec.externalID ?? '') !== '') warnings.push('spec.externalID: this field is deprecated, and is unused by Kubernetes');
  const at = FieldPath.root.child('spec', 'podCIDRs');
  for (const [index, cidr] of (spec.podCIDRs ?? []).entries()) warnings.push(...cidrWarnings(at.index(index), cidr));
  return warnings;
}

export const nodeStrategy = (proxy: ActionSubresource): Strategy =>
  resource(node, {
    resetOnUpdate: ['status'],
    warnings: (next, _old, { subresource }) => (subresource === '' ? warningsOf(next) : []),
    subresources: { status: statusOnly(), proxy },
  });
