// The outcome of something that is expected to fail now and then, such as parsing: a value, or upstream's text that says why not.

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

export const success = <T>(value: T): Outcome<T> => ({ ok: true, value });

export const failure = (error: string): { readonly ok: false; readonly error: string } => ({ ok: false, error });
