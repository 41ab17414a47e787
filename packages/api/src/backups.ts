/** Backups: making one, and what was made. Where they go, who can read them and how many stay is decided on the server's host. */
import { z } from 'zod';
import { named, strict, timeSchema } from './fields.ts';
import { add, get, post } from './operation.ts';

const backupSchema = named('Backup', {
  id: z.string(),
  /** Of the file. */
  name: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  begunAt: timeSchema,
  begunBy: z.string(),
  endedAt: timeSchema.optional(),
  /** So far, while it is being made. */
  rows: z.int(),
  /** Octets. */
  size: z.int().optional(),
  sha256: z.string().optional(),
  /** Why it failed, in the language of the caller. */
  detail: z.string().optional(),
  verifiedAt: timeSchema.optional(),
  /** When its file was deleted. */
  removedAt: timeSchema.optional(),
});

const backupsSchema = named('Backups', {
  /** Latest first. */
  items: z.array(backupSchema),
  /** Whether the server knows where backups go and who can read them. */
  configured: z.boolean(),
  /** Anyone who has the private key of one of these can read a backup. */
  recipients: z.array(z.string()),
  /** Whether the master key goes along, encrypted to a recipient of its own. */
  withMasterKey: z.boolean(),
  /** When the last one was made. */
  madeAt: timeSchema.optional(),
  /** When a backup was last verified by restoring it. */
  verifiedAt: timeSchema.optional(),
  /** Another one is due. */
  late: z.boolean(),
  /** A verification is due. */
  verifyLate: z.boolean(),
});

export const BACKUP_OPERATIONS = {
  listBackups: get('/backups', 'backups:make', 'List the backups that were made', {
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(1000).default(50) }),
    response: backupsSchema,
  }),
  showBackup: get('/backups/:id', 'backups:make', 'Show a backup, and how far it is', {
    response: backupSchema,
  }),
  makeBackup: add('/backups', 'backups:make', 'Start a backup; it continues after the answer', {
    response: backupSchema,
  }),
  reportVerified: post(
    '/backups/:id/verified',
    'backups:make',
    'Report that a backup was restored somewhere, and was found to be good',
    {
      /** Known only to someone who has opened the file. */
      body: strict('BackupProof', { proof: z.string().max(100) }),
      response: backupSchema,
    },
  ),
};

export type Backup = z.infer<typeof backupSchema>;
export type Backups = z.infer<typeof backupsSchema>;
