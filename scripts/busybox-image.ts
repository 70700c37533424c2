// Writes a small image to try a cluster with, made of Debian's own static busybox: node scripts/busybox-image.ts FILE
// No registry is needed: load it with `./tyke image load FILE`.

import { writeFile } from 'node:fs/promises';
import { BUSYBOX_IMAGE, busyboxDockerArchive } from '../test/e2e/images.ts';
import { installPackages } from './debian-packages.ts';

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: node scripts/busybox-image.ts FILE');
  process.exit(2);
}
installPackages(['busybox-static'], (line) => console.error(line));
await writeFile(file, await busyboxDockerArchive());
console.log(`${BUSYBOX_IMAGE} is in ${file}`);
