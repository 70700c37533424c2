// Sorts as kubectl's sorting looks to its users: short lists exactly as upstream's insertion sort leaves them, longer ones stably.
//
// Upstream's order of equal items in longer lists is an accident of its algorithm; keeping their order is a deliberate difference.

const SHORT = 12;

/** Sorts in place by `isLess`, which need not be a strict order. */
export function sortByLess<T>(list: T[], isLess: (left: T, right: T) => boolean): void {
  if (list.length > SHORT) {
    list.sort((left, right) => Number(isLess(right, left)) - Number(isLess(left, right)));
    return;
  }
  for (let end = 1; end < list.length; end++) {
    for (let at = end; at > 0; at--) {
      const [left, right] = [list[at - 1], list[at]];
      if (left === undefined || right === undefined || !isLess(right, left)) break;
      list[at - 1] = right;
      list[at] = left;
    }
  }
}
