/** Every screen of the web authenticator, reached as a user reaches it, in either language: for axe and for the pictures. */
import type { ProfileInput } from '@sower/api/profiles';
import type { Language } from '@sower/texts/language';
import { textsIn } from '../../../apps/authenticator/src/texts/use-texts.ts';
import type { Deployment } from '../deployment.ts';
import { distributed, type Installed } from './authenticator-app.ts';

const PROFILES: readonly Partial<ProfileInput>[] = [
  { authenticationType: 'tokencode' },
  { authenticationType: 'pinpad' },
  { authenticationType: 'fob', digits: 6, interval: 30 },
  { algorithm: 'totp', digits: 6, interval: 30 },
  { algorithm: 'hotp', digits: 6 },
];

/** @param visit is called on each screen, when it stands */
export async function walkScreens(
  deployment: Deployment,
  { page }: Installed,
  language: Language,
  visit: (name: string) => Promise<void>,
): Promise<void> {
  const t = textsIn(language);
  const app = `${deployment.servers[0]!.url}/authenticator/`;
  const button = (name: string | RegExp) =>
    page.getByRole('button', { name, exact: typeof name === 'string' });
  const heading = (name: string) => page.getByRole('heading', { name, exact: true }).waitFor();

  await page.goto(app);
  await heading(t('welcome.title'));
  await visit('welcome');
  await button(t('welcome.lockButton')).click();
  await heading(t('lock.title'));
  await visit('lock-none-yet');
  await button(t('back')).click();
  await button(t('add')).click();
  await visit('add');
  await page.getByLabel(t('import.link'), { exact: true }).fill('http://otp.example.com/ctkip');
  await button(t('import.go')).first().click();
  await page.getByRole('alert').waitFor();
  await visit('add-refused');
  await button(t('import.scan')).click();
  await page.locator('video.camera:not(.off)').waitFor();
  await visit('scan');

  const links: string[] = [];
  for (const [index, profile] of PROFILES.entries()) {
    const { link } = await distributed(deployment, profile);
    links.push(link!);
    await page.goto(app);
    await page.goto(link!);
    await heading(t('review.title'));
    if (index === 0) await visit('review');
    if (index === 1) await visit('review-with-token-of-this-server');
    await button(t('review.import')).click();
    await heading(t('done.number'));
    if (index === 0) {
      await visit('done');
      await button(t('back')).click();
      await page.locator('.row').click();
    }
    if (profile.authenticationType === 'pinpad') {
      await visit('token-asks-pin');
      await page.getByLabel(t('token.pin'), { exact: true }).fill('12345');
      await button(t('token.showPasscode')).click();
    }
    if (profile.algorithm === 'hotp') {
      await visit('token-counter');
      await button(t('token.takeNext')).click();
    }
    await page.locator('.big [data-code]').waitFor({ state: 'attached' });
    await visit(['token', 'token-passcode', 'token-fob', 'token-totp', 'token-counter-code'][index]!);
    if (index === 2) {
      await page.locator('summary').click();
      await visit('token-details');
      await button(t('token.remove')).click();
      await page.getByRole('dialog').waitFor();
      await visit('token-remove');
      await button(t('cancel')).click();
    }
  }
  await page.goto(app);
  await page.goto(links[0]!);
  await heading(t('review.title'));
  await button(t('review.import')).click();
  await page.getByRole('alert').waitFor();
  await visit('review-refused');
  await page.goto(app);
  await page.locator('.row-code [data-code]').first().waitFor({ state: 'attached' });
  await visit('codes');
  await button(t('list.arrange')).click();
  await visit('codes-arrange');
  await button(t('settings')).click();
  await heading(t('about.title'));
  await visit('settings');
  await button(`${t('lock.title')} …`).click();
  await visit('lock-too-late');
  await button(t('back')).click();
  await button(`${t('move.title')} …`).click();
  await visit('move');
  await button(new RegExp(`^${t('move.show', { name: 'user.*' })}$`))
    .first()
    .click();
  await page.getByRole('img', { name: t('move.picture') }).waitFor();
  await visit('move-approval');
  await button(t('back')).click();
  await button(t('erase.button')).click();
  await page.getByRole('dialog').waitFor();
  await visit('erase');
  await page.getByLabel(t('erase.confirmLabel', { word: t('erase.word') })).fill(t('erase.word'));
  await page
    .getByRole('dialog')
    .getByRole('button', { name: t('erase.button') })
    .click();
  await button(t('welcome.lockButton')).click();
  await page.getByLabel(t('lock.newPin')).fill('123456');
  await page.getByLabel(t('lock.pinAgain')).fill('123456');
  await button(t('lock.setPin')).click();
  await heading(t('unlock.title'));
  await visit('locked');
  await page.getByLabel(t('unlock.pin')).fill('999999');
  await button(t('unlock.unlock')).click();
  await page.getByRole('alert').waitFor();
  await visit('locked-wrong-pin');
  await page.getByLabel(t('unlock.pin')).fill('123456');
  await button(t('unlock.unlock')).click();
  await button(t('settings')).click();
  await button(`${t('lock.title')} …`).click();
  await visit('lock-confirm');
}
