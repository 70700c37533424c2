// Misfortunes that a test brings about in simulated Nodes and Pods.

/** Told which Pods must be looked at again: those on a Node, or one of them. */
export type FaultListener = (affected: { readonly node: string } | { readonly podKey: string }) => void;

/** What goes wrong, now; a test changes it as it likes. */
export class Faults {
  readonly #silent = new Set<string>();
  readonly #slow = new Map<string, number>();
  readonly #crashes = new Map<string, number>();
  readonly #listeners = new Set<FaultListener>();

  /** The Node stops reporting: no lease, no status, nothing of its Pods changes. */
  silence(node: string): void {
    this.#silent.add(node);
    this.#tell({ node });
  }

  /** The Node is heard of again. */
  restore(node: string): void {
    this.#silent.delete(node);
    this.#tell({ node });
  }

  /** Pods on the Node take longer to start. */
  slowStart(node: string, extraMs: number): void {
    this.#slow.set(node, extraMs);
    this.#tell({ node });
  }

  /** The containers of a Pod (`namespace/name`) end at once with this code. */
  crash(podKey: string, exitCode = 1): void {
    this.#crashes.set(podKey, exitCode);
    this.#tell({ podKey });
  }

  isSilent(node: string): boolean {
    return this.#silent.has(node);
  }

  extraStartMs(node: string): number {
    return this.#slow.get(node) ?? 0;
  }

  /** The exit code of a crash that has not been carried out; `crashed` says that it was. */
  crashOf(podKey: string): number | undefined {
    return this.#crashes.get(podKey);
  }

  crashed(podKey: string): void {
    this.#crashes.delete(podKey);
  }

  /** Calls `listener` with every change until the result is called. */
  subscribe(listener: FaultListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #tell(affected: Parameters<FaultListener>[0]): void {
    for (const listener of this.#listeners) listener(affected);
  }
}
