// The procedures of CRI's two services that Tyke calls.

import { procedure } from './channel.ts';
import * as container from './messages/container.ts';
import * as image from './messages/image.ts';
import * as runtime from './messages/runtime.ts';
import * as sandbox from './messages/sandbox.ts';
import * as stats from './messages/stats.ts';
import * as streaming from './messages/streaming.ts';

const RUNTIME = '/runtime.v1.RuntimeService';
const IMAGES = '/runtime.v1.ImageService';

export const procedures = {
  version: procedure(`${RUNTIME}/Version`, runtime.versionRequest, runtime.versionResponse),
  runPodSandbox: procedure(`${RUNTIME}/RunPodSandbox`, sandbox.runPodSandboxRequest, sandbox.runPodSandboxResponse),
  stopPodSandbox: procedure(`${RUNTIME}/StopPodSandbox`, sandbox.stopPodSandboxRequest, sandbox.stopPodSandboxResponse),
  removePodSandbox: procedure(`${RUNTIME}/RemovePodSandbox`, sandbox.removePodSandboxRequest, sandbox.removePodSandboxResponse),
  podSandboxStatus: procedure(`${RUNTIME}/PodSandboxStatus`, sandbox.podSandboxStatusRequest, runtime.podSandboxStatusResponse),
  listPodSandbox: procedure(`${RUNTIME}/ListPodSandbox`, sandbox.listPodSandboxRequest, sandbox.listPodSandboxResponse),
  createContainer: procedure(`${RUNTIME}/CreateContainer`, container.createContainerRequest, container.createContainerResponse),
  startContainer: procedure(`${RUNTIME}/StartContainer`, container.startContainerRequest, container.startContainerResponse),
  stopContainer: procedure(`${RUNTIME}/StopContainer`, container.stopContainerRequest, container.stopContainerResponse),
  removeContainer: procedure(`${RUNTIME}/RemoveContainer`, container.removeContainerRequest, container.removeContainerResponse),
  listContainers: procedure(`${RUNTIME}/ListContainers`, container.listContainersRequest, container.listContainersResponse),
  containerStatus: procedure(`${RUNTIME}/ContainerStatus`, container.containerStatusRequest, container.containerStatusResponse),
  updateContainerResources: procedure(
    `${RUNTIME}/UpdateContainerResources`,
    container.updateContainerResourcesRequest,
    container.updateContainerResourcesResponse,
  ),
  reopenContainerLog: procedure(`${RUNTIME}/ReopenContainerLog`, container.reopenContainerLogRequest, container.reopenContainerLogResponse),
  execSync: procedure(`${RUNTIME}/ExecSync`, streaming.execSyncRequest, streaming.execSyncResponse),
  exec: procedure(`${RUNTIME}/Exec`, streaming.execRequest, streaming.execResponse),
  attach: procedure(`${RUNTIME}/Attach`, streaming.attachRequest, streaming.attachResponse),
  portForward: procedure(`${RUNTIME}/PortForward`, streaming.portForwardRequest, streaming.portForwardResponse),
  containerStats: procedure(`${RUNTIME}/ContainerStats`, stats.containerStatsRequest, stats.containerStatsResponse),
  listContainerStats: procedure(`${RUNTIME}/ListContainerStats`, stats.listContainerStatsRequest, stats.listContainerStatsResponse),
  podSandboxStats: procedure(`${RUNTIME}/PodSandboxStats`, stats.podSandboxStatsRequest, stats.podSandboxStatsResponse),
  listPodSandboxStats: procedure(`${RUNTIME}/ListPodSandboxStats`, stats.listPodSandboxStatsRequest, stats.listPodSandboxStatsResponse),
  updateRuntimeConfig: procedure(`${RUNTIME}/UpdateRuntimeConfig`, runtime.updateRuntimeConfigRequest, runtime.updateRuntimeConfigResponse),
  status: procedure(`${RUNTIME}/Status`, runtime.statusRequest, runtime.statusResponse),
  getContainerEvents: procedure(`${RUNTIME}/GetContainerEvents`, runtime.getEventsRequest, runtime.containerEventResponse),
  runtimeConfig: procedure(`${RUNTIME}/RuntimeConfig`, runtime.runtimeConfigRequest, runtime.runtimeConfigResponse),
  listImages: procedure(`${IMAGES}/ListImages`, image.listImagesRequest, image.listImagesResponse),
  imageStatus: procedure(`${IMAGES}/ImageStatus`, image.imageStatusRequest, image.imageStatusResponse),
  pullImage: procedure(`${IMAGES}/PullImage`, image.pullImageRequest, image.pullImageResponse),
  removeImage: procedure(`${IMAGES}/RemoveImage`, image.removeImageRequest, image.removeImageResponse),
  imageFsInfo: procedure(`${IMAGES}/ImageFsInfo`, stats.imageFsInfoRequest, stats.imageFsInfoResponse),
};
