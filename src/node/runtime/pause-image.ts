// The image of the container that holds a Pod's namespaces.

import { ociArchive } from './image-archive.ts';
import { pauseProgram } from './pause-program.ts';

/** Its name; no registry has it. */
export const PAUSE_IMAGE = 'tyke.local/pause:1';

/** The image as an archive to load. */
export function pauseImageArchive(): Promise<Buffer> {
  return ociArchive({ name: PAUSE_IMAGE, files: [{ path: 'pause', content: pauseProgram(), mode: 0o755 }], entrypoint: ['/pause'] });
}
