/** What users may request: a token profile under a name they understand, and who has to approve. */

import type { ApprovalStep, Offer, OfferInput, OfferPatch } from '@sower/api/offers';
import { type Text, text } from '@sower/texts/outcomes';
import { z } from 'zod';
import type { ServerContext } from '../context.ts';
import { type Actor, denied } from '../core/actor.ts';
import { done, invalidAt, missingAt, type Outcome, refused, refusedAt } from '../core/outcome.ts';
import { type Edit, itemsFor, recordedRows, withoutUndefined } from '../core/recorded.ts';
import { resolveRole } from '../directory/roles.ts';
import { noSuchProfile } from '../provisioning/profiles/profile.ts';
import { newId } from '../store/db/ids.ts';
import { userIdKey } from '../store/directory/users.ts';
import { clearOtherDefaults, findOffer, listOffers } from '../store/distribution/requests.ts';
import type { Connection, Row } from '../store/schema/schema.ts';
import { storedJson } from '../store/schema/stored-json.ts';
import { findProfile } from '../store/tokens/profiles.ts';

type Context = Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing'>;

const readSteps = storedJson(
  'offers.steps',
  z.array(z.object({ name: z.string(), role: z.string().optional() })),
);
export const stepsOf = (row: { readonly steps: string }): ApprovalStep[] => readSteps(row.steps);

export async function viewOffer(db: Connection, row: Row<'offers'>): Promise<Offer> {
  const profile = await findProfile(db, row.profile_id);
  return {
    id: row.id,
    name: row.name,
    profile: row.profile_id,
    profileName: profile?.name ?? '',
    icon: row.icon as Offer['icon'],
    description: row.description,
    downloadUrl: row.download_url,
    helpUrl: row.help_url,
    isDefault: row.is_default === 1,
    enabled: row.enabled === 1,
    steps: stepsOf(row),
    distribution: row.distribution === 1,
    version: row.version,
  };
}

export const showOffers = (context: Pick<ServerContext, 'db'>, actor: Actor) =>
  itemsFor(actor, 'profiles:view', async () =>
    Promise.all((await listOffers(context.db)).map((row) => viewOffer(context.db, row))),
  );

export async function addOffer(context: Context, actor: Actor, input: OfferInput): Promise<Outcome<Offer>> {
  const denial = denied(actor, 'profiles:edit');
  if (denial) return denial;
  const columns = await columnsOf(context, input);
  if (!columns.ok) return columns;
  const row = { id: newId(context), ...columns.value, created_at: context.now(), version: 1 };
  return OFFERS.insert(context, actor, row, {
    action: 'offer.add',
    afterwards: keepOneDefault,
    ifTaken: () => nameTaken(input.name),
  });
}

export const editOffer = (context: Context, actor: Actor, input: Edit<OfferPatch>) =>
  OFFERS.edit(context, actor, input, 'offer.edit', async (present, change) => {
    const { version: _, id: __, profileName: ___, ...stored } = await viewOffer(context.db, present);
    const wanted = { ...stored, ...withoutUndefined(change) };
    const columns = await columnsOf(context, wanted);
    if (!columns.ok) return columns;
    return done({
      columns: columns.value,
      afterwards: keepOneDefault,
      ifTaken: () => nameTaken(wanted.name),
    });
  });

export const removeOffer = (context: Context, actor: Actor, id: string) =>
  OFFERS.remove(context, actor, id, { action: 'offer.delete' });

const keepOneDefault = async (trx: Connection, row: Row<'offers'>): Promise<void> => {
  if (row.is_default === 1) await clearOtherDefaults(trx, row.id);
};

type Columns = Omit<Row<'offers'>, 'id' | 'created_at' | 'version'>;

async function columnsOf(context: Context, input: OfferInput): Promise<Outcome<Columns>> {
  const profile = await findProfile(context.db, input.profile);
  if (!profile) return missingAt('profile', noSuchProfile(input.profile));
  if (profile.delivery === 'url' && !input.distribution)
    return invalidAt('distribution', text('offer.url-needs-step'));
  const steps: ApprovalStep[] = [];
  for (const [index, step] of input.steps.entries()) {
    if (step.role === undefined) {
      steps.push({ name: step.name });
      continue;
    }
    const role = await resolveRole(context.db, context, step.role);
    if (!role)
      return refusedAt(
        `steps.${index}.role`,
        'not-found',
        text('role.not-found-choose', { role: step.role }),
      );
    steps.push({ name: step.name, role: role.id });
  }
  return done({
    name: input.name,
    name_key: userIdKey(input.name),
    profile_id: profile.id,
    icon: input.icon,
    description: input.description,
    download_url: input.downloadUrl,
    help_url: input.helpUrl,
    is_default: input.isDefault ? 1 : 0,
    enabled: input.enabled ? 1 : 0,
    steps: JSON.stringify(steps),
    distribution: input.distribution ? 1 : 0,
  });
}

const nameTaken = (name: string) =>
  refusedAt('name', 'already-exists', text('offer.exists', { offer: name }));

export const noSuchOffer = (id: string) => refused('not-found', text('offer.not-found', { offer: id }));

const described = (row: Row<'offers'>): Text =>
  text('event.parts', {
    parts: [
      row.enabled === 1 ? text('event.offered') : text('event.not-offered'),
      text('event.approval-steps', { count: stepsOf(row).length }),
      ...(row.distribution === 1 ? [text('event.distribution-step')] : []),
    ],
  });

const OFFERS = recordedRows<'offers', Offer>({
  table: 'offers',
  permission: 'profiles:edit',
  notFound: noSuchOffer,
  find: findOffer,
  object: (row) => `offer:${row.name}`,
  reason: described,
  view: viewOffer,
});
