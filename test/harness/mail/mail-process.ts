/**
 * One round of the mail queue as a process of its own, to be killed in the middle. Arguments: database as JSON, master key in hex, clock,
 * and `dies-once-accepted` for one that dies by itself when the mail server has said yes, before that is noted.
 */
import { randomBytes } from 'node:crypto';
import { sealing } from '@sower/server/keys/seal/sealing';
import { sendDueMail } from '@sower/server/mail/send-due';
import { sendBySmtp } from '@sower/server/smtp/transport';
import { type DatabaseLocation, openDatabase } from '@sower/server/store/db/open';
import { mailSettingsReader } from '@sower/server/store/mail/settings';
import { settingsReader } from '@sower/server/store/operations/installation';

const [location = '', masterKey = '', clock = '', end = ''] = process.argv.slice(2);
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const database = await openDatabase(JSON.parse(location) as DatabaseLocation);
await sendDueMail({
  db: database.db,
  sealing: sealing(Buffer.from(masterKey, 'hex'), random),
  settings: settingsReader(database.db, () => performance.now()),
  mailSettings: mailSettingsReader(database.db, () => performance.now()),
  now: () => Number(clock),
  random,
  sendMail: async (...mail) => {
    const reply = await sendBySmtp(...mail);
    if (end === 'dies-once-accepted' && reply.kind === 'accepted') process.kill(process.pid, 'SIGKILL');
    return reply;
  },
});
await database.close();
