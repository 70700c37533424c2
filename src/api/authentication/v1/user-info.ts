// Who somebody is.

import { list, map, string, struct } from '../../../machinery/schema.ts';
import type { Infer } from '../../../machinery/schema.ts';

export const userInfo = struct('io.k8s.api.authentication.v1.UserInfo', {
  username: string({ pb: 1 }),
  uid: string({ pb: 2 }),
  groups: list(string(), { pb: 3, listType: 'atomic' }),
  extra: map(list(string()), { pb: 4 }),
});
export interface UserInfo extends Infer<typeof userInfo> {}
