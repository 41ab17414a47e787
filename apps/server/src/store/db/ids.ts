/** Row IDs: UUIDs of version 7 (RFC 9562 §5.7), in order of creation within a process, so that pages can go by them. */
export type IdSource = { now(): number; random(length: number): Uint8Array };

let lastTime = 0;
let sequence = 0;
/**
 * Set back by more, the clock was wrong before: what is made from here on would be the latest for as long as it was ahead. No more than the times
 * in IDs may be off for anyone who counts rows by them (audit-facets.ts).
 */
export const FAR_MILLISECONDS = 600_000;

/** @typeParam Id the type of the key of the row that it is for */
export function newId<Id extends string = string>({ now, random }: IdSource): Id {
  const time = now();
  // RFC 9562 §6.2, method 1: a counter in rand_a keeps IDs in order within a millisecond, or when the clock is set back a little.
  if (time > lastTime || lastTime - time > FAR_MILLISECONDS) {
    lastTime = time;
    sequence = 0;
  } else if (sequence < 0xfff) {
    sequence += 1;
  } else {
    lastTime += 1;
    sequence = 0;
  }
  const bytes = random(16);
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  view.setUint16(0, Math.floor(lastTime / 2 ** 32));
  view.setUint32(2, lastTime % 2 ** 32);
  view.setUint16(6, 0x7000 | sequence);
  view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f));
  return formatId(bytes) as Id;
}

/** 16 octets as a UUID. */
export function formatId(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The 16 octets of a UUID. */
export function idBytes(id: string): Uint8Array {
  return Uint8Array.from(Buffer.from(id.replaceAll('-', ''), 'hex'));
}

/** Epoch milliseconds of when a row ID was made. */
export const timeOfId = (id: string): number => Number.parseInt(id.replace('-', '').slice(0, 12), 16);
