/** Exporting tokens with their seeds, encrypted: the way out, and the way to another installation. */
import { z } from 'zod';
import { named, nameSchema, serialSchema, strict, timeSchema } from './fields.ts';
import { LIMITS } from './limits.ts';
import { get, post, proven } from './operation.ts';

/** As many as a reader of such a file takes. */
export const MAX_EXPORT = 5_000;

const exportTokensSchema = z
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
    password: z.string().min(LIMITS.exportPassword).max(1024).optional(),
    /** Instead of a password: the transfer key of the installation that imports the file, as PEM. */
    transferKey: z.string().min(1).max(8192).optional(),
  })
  .meta({
    id: 'TokenExport',
    description: `Up to ${MAX_EXPORT} tokens a file: PSKC (RFC 6030) with AES-256 under a key derived from the password, or one encrypted to the transfer key. PINs are not exported.`,
  });

const exportedTokensSchema = named('ExportedTokens', {
  count: z.int(),
  /** Serial numbers of tokens without a seed that is in use, and of those of administrators with more rights. */
  leftOut: z.array(serialSchema),
  /** There are more: repeat the request with this as `after`. */
  next: serialSchema.optional(),
  pskc: z.string().optional(),
});

const transferKeySchema = named('TransferKey', {
  /** RSA public key: a block `PUBLIC KEY`. */
  pem: z.string(),
  /** Eight groups of four hexadecimal digits, to compare by telephone. */
  fingerprint: z.string(),
  createdAt: timeSchema,
});
export type TransferKey = z.infer<typeof transferKeySchema>;

const newTransferKeySchema = strict('NewTransferKey', {
  /** Fingerprint of the present key: it opens nothing any longer. Absent: there is none yet. */
  replaces: z.string().min(1).max(64).optional(),
});
export type NewTransferKey = z.infer<typeof newTransferKeySchema>;

export type ExportTokens = z.infer<typeof exportTokensSchema>;
export type ExportedTokens = z.infer<typeof exportedTokensSchema>;

export const TOKEN_EXPORT_OPERATIONS = {
  exportTokens: post(
    '/tokens/exports',
    proven('keys:edit'),
    'Export tokens with their seeds as PSKC, encrypted with a password or to the transfer key of another installation; while the two-person rule is on, after another administrator has approved it',
    { body: exportTokensSchema, response: exportedTokensSchema },
  ),
  showTransferKey: get(
    '/transfer-key',
    'tokens:mint',
    'The public key that other installations encrypt tokens for this one to',
    { response: transferKeySchema },
  ),
  makeTransferKey: post(
    '/transfer-key',
    proven('keys:edit'),
    'Make the transfer key, or replace it: what is encrypted to the former one can no longer be read',
    { body: newTransferKeySchema, response: transferKeySchema, created: '/transfer-key' },
  ),
};
