// How upstream's parser words what it did not expect.

/** Text from the expression inside a syntax error. */
export const quoteInput = (text: string): string => `'${text.replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')}'`;

const STARTS = "'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER";

/** What may begin an expression. */
export const EXPRESSION_STARTS = `{'[', '{', '(', '.', '-', '!', ${STARTS}}`;
/** What may follow `(` of a call. */
export const ARGUMENT_STARTS = `{'[', '{', '(', ')', '.', '-', '!', ${STARTS}}`;
/** What may follow `[` of a list. */
export const ELEMENT_STARTS = `{'[', ']', '{', '(', '.', ',', '-', '!', '?', ${STARTS}}`;
/** What may follow `{` of a map. */
export const ENTRY_STARTS = `{'[', '{', '}', '(', '.', ',', '-', '!', '?', ${STARTS}}`;

const OPERATORS = "'==', '!=', 'in', '<', '<=', '>=', '>', '&&', '||'";

/** What may follow a whole expression that has to be closed by `closers`. */
export const continuations = (closers: string): string => `{${OPERATORS}, ${closers}}`;
