// How a ServiceAccount is written: references to Secrets keep their names only.

import { serviceAccount } from '../../../../api/core/v1/service-account.ts';
import type { ServiceAccount } from '../../../../api/core/v1/service-account.ts';
import type { Draft } from '../../../../machinery/schema.ts';
import type { ActionSubresource, Strategy } from '../../../../server/strategy.ts';
import { resource } from '../resource.ts';

function cleanSecrets(draft: Draft<ServiceAccount>): void {
  if (draft.secrets === undefined) return;
  draft.secrets = draft.secrets.map(({ name }) => (name === undefined ? {} : { name }));
}

/** `token` issues tokens; absent where this server does not. */
export const serviceAccountStrategy = (token: ActionSubresource | undefined): Strategy =>
  resource(serviceAccount, {
    returnsDeletedObject: true,
    prepareForCreate: cleanSecrets,
    prepareForUpdate: cleanSecrets,
    subresources: token === undefined ? {} : { token },
  });
