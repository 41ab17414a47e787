/** A column that is true or false, as both databases keep it. */
export type Flag = 0 | 1;
