// How a CSINode is written: what is reset, kept and counted.

import { csiNode } from '../../../../api/storage/v1/csi-node.ts';
import { resource } from '../resource.ts';

export const csiNodeStrategy = resource(csiNode, {
  allowsUnconditionalUpdate: false,
  returnsDeletedObject: true,
});
