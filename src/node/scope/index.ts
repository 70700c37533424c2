// A node on this machine: its namespaces, cgroups, folders, and the only way to run programs in it.

export {
  cgroupFile,
  cgroupProcesses,
  joinCgroup,
  killCgroup,
  makeCgroup,
  readCgroupLayout,
  removeCgroup,
  type CgroupHierarchy,
  type CgroupLayout,
} from './cgroup.ts';
export { COMMAND_ENVIRONMENT, CommandError, expectSuccess, runChecked, runCommand, type RunOptions, type RunResult } from './command.ts';
export { nodeFolder, type NodeFolders } from './folders.ts';
export {
  createNodeScope,
  deleteNodeScope,
  machineScope,
  openNodeScope,
  type DeleteNodeScopeOptions,
  type NodeScopeOptions,
} from './lifecycle.ts';
export { clusterNames, nodeCgroup, nodeNames, type ClusterNames, type NodeNames } from './names.ts';
export type { ListenOptions } from './listen.ts';
export type { NodeCidrs, NodeScope, SpawnOptions } from './node-scope.ts';
export { errorCode, identify, isRunning, readOrUndefined, sendSignal, type ProcessIdentity } from './process.ts';
