/** The settings of an identity source as they are stored, and the password that opens it. */

import {
  sourceConnectionSchema,
  sourceGroupsSchema,
  sourceLogOnSchema,
  sourceMappingSchema,
  sourcePlacementSchema,
  sourceScheduleSchema,
  sourceSearchSchema,
  sourceStopSchema,
} from '@sower/api/identity-sources';
import { MINUTE } from '@sower/api/time';
import { z } from 'zod';
import type { ServerContext } from '../../context.ts';
import { aadOf } from '../../keys/seal/sealed-columns.ts';
import type { LdapServer } from '../../ldap/connection.ts';
import { hasMark } from '../../store/keys/marks.ts';
import { storedJson } from '../../store/schema/stored-json.ts';
import type { SourceRow } from '../../store/sources/identity-sources.ts';

const schema = z.object({
  connection: sourceConnectionSchema,
  search: sourceSearchSchema,
  mapping: sourceMappingSchema,
  stop: sourceStopSchema.prefault({}),
  logOn: sourceLogOnSchema.prefault({}),
  schedule: sourceScheduleSchema.prefault({}),
  placement: sourcePlacementSchema.prefault({}),
  groups: sourceGroupsSchema.default([]),
  notify: z.array(z.string()).default([]),
});

export type SourceSettings = Readonly<z.output<typeof schema>>;

const read = storedJson('identity_sources.settings', schema);
export const settingsOf = (row: Pick<SourceRow, 'settings'>): SourceSettings => read(row.settings);

/**
 * The server behind a source, with the password in clear: not for logs.
 * @throws if the row has no valid mark: anyone who can write to the database could name a server that the password is then sent to
 */
export function serverOf(
  context: Pick<ServerContext, 'sealing' | 'onAlteredRow'>,
  row: SourceRow,
): LdapServer {
  if (!hasMark('identity_sources', context, row))
    throw new Error(`the identity source ${row.id} was altered`);
  const { connection } = settingsOf(row);
  return {
    urls: connection.urls,
    startTls: connection.startTls,
    plain: connection.plain,
    certificateAuthority: connection.certificateAuthority,
    bindName: connection.bindName,
    password:
      row.password === null
        ? ''
        : Buffer.from(
            context.sealing.open(aadOf('identity_sources.password', row.id), row.password),
          ).toString(),
    connectMilliseconds: connection.connectSeconds * 1000,
    requestMilliseconds: connection.requestSeconds * 1000,
    mostMilliseconds: connection.maxMinutes * MINUTE,
    mostOctets: connection.maxMegabytes * 2 ** 20,
  };
}
