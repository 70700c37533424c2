// The kubelet's endpoints: what the API server, and through it users, ask of a node.

export { runKubeletServer, type KubeletServerOptions } from './kubelet-server.ts';
export { readLog, type LogRequest } from './log-reader.ts';
