/** A passkey as its owner sees it. */
import type { OwnLogOn } from '@sower/api/log-on';
import { isoTime } from '../core/time.ts';
import type { Row } from '../store/schema/schema.ts';

/** Browsers tie a passkey to a host name; an IP address cannot be a relying party ID. */
export const passkeysPossible = (publicUrl: string): boolean =>
  !/^\[|^[\d.]+$/.test(new URL(publicUrl).hostname);

export const viewPasskey = (row: Omit<Row<'passkeys'>, 'mark'>): OwnLogOn['passkeys'][number] => ({
  id: row.id,
  name: row.name,
  createdAt: isoTime(row.created_at),
  ...(row.last_used_at === null ? {} : { lastUsedAt: isoTime(row.last_used_at) }),
});
