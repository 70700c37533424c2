// How a CSIDriver is written: it has no generation until its specification first changes.

import { csiDriver } from '../../../../api/storage/v1/csi-driver.ts';
import { semanticEqual } from '../../../../machinery/equality.ts';
import { resource } from '../resource.ts';

export const csiDriverStrategy = resource(csiDriver, {
  allowsUnconditionalUpdate: false,
  returnsDeletedObject: true,
  prepareForUpdate({ metadata, spec }, old) {
    if (!semanticEqual(spec, old.spec)) metadata.generation = Number(old.metadata.generation ?? 0) + 1;
  },
});
