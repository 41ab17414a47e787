/**
 * Deployment settings kept in the database: each with its type, default and meaning, once. The documentation and the API read this
 * table. What the process needs before it has a database (addresses, files) is configuration of the server, not here.
 */
import { z } from 'zod';

export const settingsSchema = z
  .strictObject({
    'tokens.maxPerUser': z
      .int()
      .min(1)
      .max(10)
      .default(3)
      .meta({ description: 'How many tokens a user may hold.' }),
    'tokens.lifetimeDays': z
      .int()
      .min(1)
      .max(36_500)
      .default(3650)
      .meta({ description: 'Expiry of minted token records that name none, in days.' }),
    'tokens.autoAssignDays': z.int().min(0).max(3650).default(30).meta({
      description: 'A token that is chosen automatically is good for so many days at least.',
    }),
    'activation.minChosenLength': z
      .int()
      .min(8)
      .max(64)
      .default(10)
      .meta({ description: 'Least length of an activation code chosen by an administrator.' }),
    'activation.resendSeconds': z.int().min(60).max(3600).default(600).meta({
      description: 'For how long the reply to a repeated, byte-identical ClientNonce is sent again.',
    }),
    'activation.showCode': z.boolean().default(false).meta({
      description:
        'Whether the Self-Service Console also shows link and activation code as text to those who cannot scan the QR code.',
    }),
    'activation.windowHours': z
      .int()
      .min(1)
      .max(168)
      .default(24)
      .meta({ description: 'For how long an activation window that an administrator opens stays open.' }),
    'verify.window': z
      .int()
      .min(0)
      .max(10)
      .default(1)
      .meta({ description: 'Intervals accepted before and after the expected one.' }),
    'verify.firstUseSeconds': z
      .int()
      .min(0)
      .max(1800)
      .default(300)
      .meta({ description: 'Clock difference accepted, either way, until a seed has been used once.' }),
    'verify.maxDriftSeconds': z
      .int()
      .min(60)
      .max(3600)
      .default(600)
      .meta({ description: 'Largest clock difference a device may have, learned or after long silence.' }),
    'verify.hotpLookAhead': z
      .int()
      .min(1)
      .max(100)
      .default(10)
      .meta({ description: 'Counters accepted ahead of the expected one for HOTP tokens.' }),
  })
  .meta({ id: 'Settings' });

export type Settings = z.infer<typeof settingsSchema>;
export const DEFAULT_SETTINGS: Settings = settingsSchema.parse({});
export const settingsPatchSchema = z
  .strictObject(
    Object.fromEntries(
      Object.entries(settingsSchema.shape).map(([name, schema]) => [name, schema.unwrap().optional()]),
    ) as unknown as { [K in keyof Settings]: z.ZodOptional<z.ZodType<Settings[K]>> },
  )
  .meta({ id: 'SettingsPatch' });
export type SettingsPatch = z.infer<typeof settingsPatchSchema>;
export const settingsViewSchema = z
  .object({ settings: settingsSchema, version: z.int().nonnegative() })
  .meta({ id: 'SettingsView' });
