// What tests need from Debian besides what a node is made of.

export { installPackages, missingPackages, nodePackages } from '../src/cluster/lifecycle/debian-packages.ts';

/** What tests need besides: git lists the repository's files, busybox is what test images are made of, strace shows the order of syncs. */
export const testPackages = ['busybox-static', 'git', 'openssl', 'strace', 'unzip'] as const;

/** What soak tests need besides: a bare machine to start from. */
export const soakPackages = ['debootstrap'] as const;
