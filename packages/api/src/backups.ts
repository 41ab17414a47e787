/** Backups: making one, and what was made. Where they go, who can read them and how many stay is decided on the server's host. */
import { z } from 'zod';
import { timeSchema } from './fields.ts';
import { idParams, type Operation } from './operation.ts';

export const backupSchema = z
  .object({
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
  })
  .meta({ id: 'Backup' });

export const backupsSchema = z
  .object({
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
  })
  .meta({ id: 'Backups' });

export const BACKUP_OPERATIONS = {
  listBackups: {
    method: 'GET',
    path: '/backups',
    summary: 'List the backups that were made',
    permission: 'backups:make',
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(1000).default(50) }),
    response: backupsSchema,
  },
  showBackup: {
    method: 'GET',
    path: '/backups/:id',
    summary: 'Show a backup, and how far it is',
    permission: 'backups:make',
    params: idParams,
    response: backupSchema,
  },
  makeBackup: {
    method: 'POST',
    path: '/backups',
    summary: 'Start a backup; it continues after the answer',
    permission: 'backups:make',
    response: backupSchema,
    created: true,
  },
  reportVerified: {
    method: 'POST',
    path: '/backups/:id/verified',
    summary: 'Report that a backup was restored somewhere, and was found to be good',
    permission: 'backups:make',
    params: idParams,
    /** Known only to someone who has opened the file. */
    body: z.strictObject({ proof: z.string().max(100) }).meta({ id: 'BackupProof' }),
    response: backupSchema,
  },
} as const satisfies Record<string, Operation>;

export type Backup = z.infer<typeof backupSchema>;
export type Backups = z.infer<typeof backupsSchema>;
