/** How times are written on the wire. */

/** @param milliseconds since the epoch. RFC 3339, in UTC. */
export const isoTime = (milliseconds: number): string => new Date(milliseconds).toISOString();
