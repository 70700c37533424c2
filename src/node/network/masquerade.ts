// The nft table that hides Pods and nodes behind the machine's address when they speak to the world.

export interface MasqueradeOptions {
  readonly table: string;
  /** Ranges whose members reach each other unhidden. */
  readonly inside: readonly string[];
  /** The sources to hide. */
  readonly sources: readonly string[];
}

/** The table as text for `nft -f -`; loading it again replaces it in one transaction. */
export function masqueradeTable({ table, inside, sources }: MasqueradeOptions): string {
  const set = (ranges: readonly string[]): string => `{ ${ranges.join(', ')} }`;
  return `add table ip ${table}
delete table ip ${table}
table ip ${table} {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr ${set(sources)} ip daddr != ${set(inside)} masquerade
  }
}
`;
}
