/** What runs of identity sources use. */
import type { ServerContext } from '../../context.ts';

export type SynchronizeContext = Pick<
  ServerContext,
  | 'db'
  | 'sealing'
  | 'now'
  | 'databaseNow'
  | 'random'
  | 'onAlteredRow'
  | 'ldapServers'
  | 'queueMail'
  | 'publicUrl'
>;
