// The users as which the components of a cluster act, with no more rights than upstream gives them.

import type { User } from '../server/user.ts';

const user = (name: string, ...groups: readonly string[]): User => ({
  name,
  uid: '',
  groups: [...groups, 'system:authenticated'],
  extra: {},
});

export const SCHEDULER_USER: User = user('system:kube-scheduler');
export const CONTROLLER_MANAGER_USER: User = user('system:kube-controller-manager');
export const PROXY_USER: User = user('system:kube-proxy');
/** DNS reads Services, EndpointSlices, Pods and namespaces. */
export const DNS_USER: User = user(
  'system:serviceaccount:kube-system:coredns',
  'system:serviceaccounts',
  'system:serviceaccounts:kube-system',
);

export const kubeletUser = (node: string): User => user(`system:node:${node}`, 'system:nodes');

/** Each controller acts as a ServiceAccount of its own, which RBAC grants what that controller needs. */
export const controllerUser = (name: string): User =>
  user(`system:serviceaccount:kube-system:${name}`, 'system:serviceaccounts', 'system:serviceaccounts:kube-system');
