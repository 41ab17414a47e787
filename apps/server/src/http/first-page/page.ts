/** The first page of an installation, `/`: where users go, and last and quietly where administrators go. No script. */
import type { Settings } from '@sower/api/settings';
import type { Language } from '@sower/texts/language';
import { translatorsOf } from '@sower/texts/table';
import { type Catalogue, table } from '@sower/texts/tables/first-page';
import { linesOf } from '../../directory/organization-look.ts';
import { type Html, html } from '../reference/html.ts';

/** What is served under the name that the page was asked for at. */
export type Applications = Readonly<Record<'selfService' | 'authenticator' | 'console', boolean>>;

const textsIn = translatorsOf<Catalogue>(table);

export function firstPage(settings: Settings, applications: Applications, language: Language): string {
  const t = textsIn(language);
  const organization = settings['organization.name'];
  const help = linesOf(settings['organization.helpText']);
  const way = (to: string, [title, body, go]: readonly [string, string, string]): Html => html`<section>
<h2>${title}</h2>
<p>${body}</p>
<p><a class="button" href="${to}">${go}</a></p>
</section>`;
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${organization === '' ? t('title') : t('titleOf', { organization })}</title>
<link rel="icon" href="/look/sower.svg" type="image/svg+xml">
<link rel="stylesheet" href="/look/look.css">
<link rel="stylesheet" href="/look/palette.css">
<link rel="stylesheet" href="/look/first-page.css">
</head>
<body>
<header>${
    settings['organization.logo'] === ''
      ? html`<img src="/look/sower.svg" alt="" width="40" height="40"><span>${organization || 'Sower'}</span>`
      : html`<img class="mark" src="/look/mark" alt="${organization}">`
  }</header>
<main>
<h1>${t('heading')}</h1>
<p class="intro">${t('intro')}</p>
<div class="ways">
${applications.selfService && way('/self-service/', [t('activate.title'), t('activate.body'), t('activate.go')])}
${
  applications.authenticator &&
  way('/authenticator/', [t('authenticator.title'), t('authenticator.body'), t('authenticator.go')])
}
<section>
<h2>${t('help.title')}</h2>
${help.length > 0 && html`<p>${help.map((line, index) => html`${index > 0 && html`<br>`}${line}`)}</p>`}
<p>${t(settings['organization.codesByTelephone'] ? 'telephone.users.yes' : 'telephone.users.no')}</p>
<details><summary>${t('help.refused')}</summary><p>${t('help.refusedBody')}</p></details>
<details><summary>${t('help.lost')}</summary><p>${t('help.lostBody')}</p></details>
<details><summary>${t('help.newPhone')}</summary><p>${t('help.newPhoneBody')}</p></details>
</section>
</div>
</main>
${applications.console && html`<footer><a href="/console/">${t('console')}</a></footer>`}
</body>
</html>
`.text;
}
