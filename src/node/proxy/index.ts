// The service proxy of a node: Services and their endpoints as nftables maps.

export { removeProxy } from './kernel.ts';
export { runProxy, type ProxyOptions } from './proxy.ts';
