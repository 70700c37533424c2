// Which Nodes have which images, and how large they are.

import type { Node } from '../../api/core/v1/node.ts';

/** An image's name with its tag written out. */
export function fullImageName(name: string): string {
  return name.lastIndexOf(':') <= name.lastIndexOf('/') ? `${name}:latest` : name;
}

/** Sizes by name of the Node. */
export type ImageHolders = ReadonlyMap<string, number>;

/** All images of all Nodes. */
export class ImageIndex {
  readonly #holders = new Map<string, Map<string, number>>();
  readonly #ofNode = new Map<string, { readonly images: Node['status']['images']; readonly names: readonly string[] }>();

  /** Who holds the image; undefined when nobody does. */
  holders(image: string): ImageHolders | undefined {
    return this.#holders.get(fullImageName(image));
  }

  set({ metadata, status }: Node): void {
    const node = metadata.name ?? '';
    // Most updates of a Node are heartbeats, which leave the images as they were.
    if (this.#ofNode.get(node)?.images === status.images) return;
    this.remove(node);
    const names: string[] = [];
    for (const { names: aliases, sizeBytes = 0 } of status.images ?? []) {
      for (const name of aliases) {
        const holders = this.#holders.get(name) ?? new Map<string, number>();
        this.#holders.set(name, holders);
        holders.set(node, Number(sizeBytes));
        names.push(name);
      }
    }
    this.#ofNode.set(node, { images: status.images, names });
  }

  remove(node: string): void {
    for (const name of this.#ofNode.get(node)?.names ?? []) {
      const holders = this.#holders.get(name);
      holders?.delete(node);
      if (holders?.size === 0) this.#holders.delete(name);
    }
    this.#ofNode.delete(node);
  }
}
