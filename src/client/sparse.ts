// The type of an object on its way to the server: every field may be left out, as in a manifest.

/** Every field optional, all the way down. */
export type Sparse<T> = T extends string | number | boolean | bigint | null | undefined
  ? T
  : T extends readonly (infer E)[]
    ? readonly Sparse<E>[]
    : T extends object
      ? { readonly [K in keyof T]?: Sparse<T[K]> | undefined }
      : T;
