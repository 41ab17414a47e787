/** Administrators for scenarios. A password that somebody else gave opens nothing but its change: here each has one of their own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AdministratorInput } from '@sower/api/administrators';
import type { ApiClient } from '@sower/api/client';
import type { Connection } from '@sower/server/store/schema/schema';
import type { Deployment } from './deployment.ts';
import { selfServiceClient } from './self-service-client.ts';

const GIVEN = 'a loan for one log-on';

/** Adds one who has logged on and chosen the password of `body`. */
export async function newAdministrator(
  deployment: Deployment,
  body: AdministratorInput & { readonly password: string },
  by: ApiClient = deployment.api,
): Promise<void> {
  await by('addAdministrator', { body: { ...body, password: GIVEN } });
  await choosePassword(deployment, { userName: body.userName, given: GIVEN, own: body.password });
}

export async function choosePassword(
  deployment: Pick<Deployment, 'send'>,
  { userName, given, own }: { readonly userName: string; readonly given: string; readonly own: string },
): Promise<void> {
  const person = selfServiceClient(deployment);
  await person.api('openSession', { body: { userName, password: given } });
  await person.api('setOwnPassword', { body: { password: given, newPassword: own } });
  await person.api('closeSession', {});
}

/** Adds a Super Admin who logs on with a token of this user. No mark: such rows only forbid. */
export async function superAdminWithTokenOf(
  api: ApiClient,
  db: Connection,
  { userName, userId }: { readonly userName: string; readonly userId: string },
): Promise<void> {
  const grants = [{ role: 'super-admin', securityDomain: 'top' }];
  await api('addAdministrator', { body: { userName, password: GIVEN, grants } });
  await db
    .updateTable('administrators')
    .set(({ selectFrom }) => ({
      token_user_id: selectFrom('users').select('id').where('user_id', '=', userId),
    }))
    .where('user_name', '=', userName)
    .execute();
}

const chosen = new Map<string, Promise<string>>();

/** The password of the first administrator, who chooses it at the first call: the one that the first start wrote down is for that only. */
export async function adminPassword(deployment: Deployment): Promise<string> {
  if (deployment.adminPassword !== undefined) return deployment.adminPassword;
  const known = chosen.get(deployment.dataFolder);
  if (known) return known;
  const given = givenPassword(deployment);
  const own = `${given}-own`;
  const password = choosePassword(deployment, { userName: 'admin', given, own }).then(() => own);
  chosen.set(deployment.dataFolder, password);
  return password;
}

/** As the first start wrote it down. */
export const givenPassword = ({ dataFolder }: Pick<Deployment, 'dataFolder'>): string =>
  readFileSync(join(dataFolder, 'first-password'), 'utf8').trim();
