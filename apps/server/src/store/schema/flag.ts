/** A boolean column, as both databases store it. */
export type Flag = 0 | 1;

/** Undefined: the column stays as it is. */
export const changedFlag = (value: boolean | undefined): Flag | undefined =>
  value === undefined ? undefined : value ? 1 : 0;
