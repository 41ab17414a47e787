/** More at once than is served. Nothing was done: the edges say so, and the caller tries again in a moment. */
export class Overload extends Error {}
