/** Exporting tokens with their seeds, encrypted: the way out, and the way to another installation. */
import { z } from 'zod';
import { nameSchema, serialSchema, timeSchema } from './fields.ts';
import type { Operation } from './operation.ts';

/** As many as a reader of such a file takes. */
export const MAX_EXPORT = 5_000;

export const exportTokensSchema = z
  .strictObject({
    choose: z.union([
      z.strictObject({ serials: z.array(serialSchema).min(1).max(MAX_EXPORT) }),
      /** Name of the import that they came by. */
      z.strictObject({ batch: nameSchema }),
      z.strictObject({ all: z.literal(true) }),
    ]),
    /** The serial number of the last token of the file before, if there were more than fit into one. */
    after: serialSchema.optional(),
    /** At least 12 characters. Without it and without a key, nothing is exported, and the answer says what would be. */
    password: z.string().min(12).max(1024).optional(),
    /** Instead of a password: the transfer key of the installation that imports the file, as PEM. */
    transferKey: z.string().min(1).max(8192).optional(),
  })
  .meta({
    id: 'TokenExport',
    description: `Up to ${MAX_EXPORT} tokens a file: PSKC (RFC 6030) with AES-256 under a key derived from the password, or one encrypted to the transfer key. PINs are not exported.`,
  });

export const exportedTokensSchema = z
  .object({
    count: z.int(),
    /** Serial numbers of tokens without a seed that is in use. */
    leftOut: z.array(serialSchema),
    /** There are more: repeat the request with this as `after`. */
    next: serialSchema.optional(),
    pskc: z.string().optional(),
  })
  .meta({ id: 'ExportedTokens' });

export const transferKeySchema = z
  .object({
    /** RSA public key: a block `PUBLIC KEY`. */
    pem: z.string(),
    /** Eight groups of four hexadecimal digits, to compare by telephone. */
    fingerprint: z.string(),
    createdAt: timeSchema,
  })
  .meta({ id: 'TransferKey' });
export type TransferKey = z.infer<typeof transferKeySchema>;

export const newTransferKeySchema = z
  .strictObject({
    /** Fingerprint of the present key: it opens nothing any longer. Absent: there is none yet. */
    replaces: z.string().min(1).max(64).optional(),
  })
  .meta({ id: 'NewTransferKey' });
export type NewTransferKey = z.infer<typeof newTransferKeySchema>;

export type ExportTokens = z.infer<typeof exportTokensSchema>;
export type ExportedTokens = z.infer<typeof exportedTokensSchema>;

export const TOKEN_EXPORT_OPERATIONS = {
  exportTokens: {
    method: 'POST',
    path: '/tokens/exports',
    summary:
      'Export tokens with their seeds as PSKC, encrypted with a password or to the transfer key of another installation; while the two-person rule is on, after another administrator has approved it',
    permission: 'keys:edit',
    body: exportTokensSchema,
    response: exportedTokensSchema,
    freshProof: true,
  },
  showTransferKey: {
    method: 'GET',
    path: '/transfer-key',
    summary: 'The public key that other installations encrypt tokens for this one to',
    permission: 'tokens:mint',
    response: transferKeySchema,
  },
  makeTransferKey: {
    method: 'POST',
    path: '/transfer-key',
    summary:
      'Make the transfer key, or replace it: what is encrypted to the former one can no longer be read',
    permission: 'keys:edit',
    body: newTransferKeySchema,
    response: transferKeySchema,
    created: '/transfer-key',
    freshProof: true,
  },
} as const satisfies Record<string, Operation>;
