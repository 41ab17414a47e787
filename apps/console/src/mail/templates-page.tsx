/** Setup > E-mail > E-mail Templates. */
import type { MailTemplate } from '@sower/api/mail';
import { MAIL_EVENT_NAMES, MAIL_LANGUAGES, placeholdersOf } from '@sower/api/mail-events';
import { LANGUAGE_NAMES } from '@sower/texts/tables/languages';
import { createElement, type ReactNode, useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { asking } from '../texts/use-texts.ts';
import { useQuestion } from '../ui/dialogs/small-dialogs.tsx';
import { AreaField, ChoiceField, inWords, TextField } from '../ui/field.tsx';
import { Form, useFields } from '../ui/forms/form.tsx';
import { FormEnd } from '../ui/forms/form-end.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Screen } from '../ui/screen.tsx';
import { Facts, TitledCard } from '../ui/titled-card.tsx';
import { useSaving } from '../ui/use-work.ts';

const KEY = ['mail', 'templates'] as const;

export function Component() {
  const { t } = useConsole();
  const [parameters, setParameters] = useSearchParams();
  const event = MAIL_EVENT_NAMES.find((name) => name === parameters.get('event')) ?? 'token-ready';
  const language = MAIL_LANGUAGES.find((name) => name === parameters.get('language')) ?? 'en';
  const deviceType = parameters.get('deviceType') ?? '';
  const choose = (change: Record<string, string>): void =>
    setParameters({ event, language, ...(deviceType === '' ? {} : { deviceType }), ...change });
  const templates = useAnswer('listMailTemplates', {});
  const deviceTypes = useAnswer('listDeviceTypes', {});
  return (
    <Screen title={t('mailTemplates.title')} intro={t('mailTemplates.intro')}>
      <Loaded query={templates}>
        {({ items }) => {
          const of = (type: string): MailTemplate | undefined =>
            items.find(
              (entry) => entry.event === event && entry.language === language && entry.deviceType === type,
            );
          const own = of(deviceType);
          const shown = own ?? (of('') as MailTemplate);
          return (
            <div className="sower-stack">
              <ProblemAlert error={deviceTypes.error} />
              <div className="pf-v6-c-form sower-filters">
                <ChoiceField
                  label={t('mailTemplates.event')}
                  value={event}
                  onChange={(value) => choose({ event: value })}
                  choices={inWords(MAIL_EVENT_NAMES, (name) => t(`mailEvents.${name}`))}
                />
                <ChoiceField
                  label={t('mailTemplates.language')}
                  value={language}
                  onChange={(value) => choose({ language: value })}
                  choices={inWords(MAIL_LANGUAGES, (name) => LANGUAGE_NAMES[name])}
                />
                <ChoiceField
                  label={t('mailTemplates.deviceType')}
                  value={deviceType}
                  onChange={(value) => choose({ deviceType: value })}
                  none={t('mailTemplates.allDeviceTypes')}
                  choices={(deviceTypes.data?.items ?? []).map(({ id, name }) => ({
                    value: id,
                    label: of(id) ? t('mailTemplates.own', { device: name }) : name,
                  }))}
                />
              </div>
              <TemplateForm
                key={`${event} ${language} ${deviceType} ${own?.version ?? ''}`}
                shown={shown}
                deviceType={deviceType}
                edited={own !== undefined && !own.original}
                inherits={own === undefined}
              />
            </div>
          );
        }}
      </Loaded>
    </Screen>
  );
}

function TemplateForm({
  shown,
  deviceType,
  edited,
  inherits,
}: {
  shown: MailTemplate;
  deviceType: string;
  edited: boolean;
  inherits: boolean;
}) {
  const { t, api, done } = useConsole();
  const { values, field } = useFields({ subject: shown.subject, body: shown.body });
  const { subject, body } = values;
  const params = { event: shown.event, language: shown.language };
  const call = { params, body: { deviceType, subject, body } };
  const [reset, resetting] = useQuestion<void>(() => ({
    ...asking(t, 'mailTemplates.reset', { event: t(`mailEvents.${shown.event}`) }),
    onConfirm: () => api('resetMailTemplate', { params, body: { deviceType } }),
    said: t('mailTemplates.resetDone'),
    changes: KEY,
  }));
  const settled = { deviceType, subject: useSettled(subject), body: useSettled(body) };
  // While what is typed is no template yet, the last one that was stays.
  const preview = useAnswer('previewMailTemplate', {
    params,
    body: settled,
  });
  const [shownPreview, setShownPreview] = useState(preview.data);
  useEffect(() => {
    if (preview.data) setShownPreview(preview.data);
  }, [preview.data]);
  const saving = useSaving({
    mutationFn: () => api('editMailTemplate', call),
    onSuccess: () => done(t('mailTemplates.saved'), KEY),
  });
  const { error } = saving;
  return (
    <div className="sower-stack">
      <div className="sower-columns">
        <Form wide onSubmit={() => saving.mutate()} error={error}>
          <p>
            {t(
              inherits
                ? 'mailTemplates.inherits'
                : edited
                  ? 'mailTemplates.edited'
                  : 'mailTemplates.original',
            )}
          </p>
          <TextField label={t('mailTemplates.subject')} required {...field('subject')} />
          <AreaField
            label={t('mailTemplates.body')}
            required
            rows={16}
            mono
            help={t('mailTemplates.placeholdersHelp')}
            {...field('body')}
          />
          <FormEnd pending={saving.isPending} refused={saving.isError}>
            {edited && (
              <Button variant="link" isDanger onClick={() => reset()}>
                {t('mailTemplates.reset')}
              </Button>
            )}
          </FormEnd>
        </Form>
        <div className="sower-stack">
          <TitledCard title={t('mailTemplates.placeholders')}>
            <Facts
              facts={placeholdersOf(shown.event).map((name) => [
                `{{${name}}}`,
                t(`mailPlaceholders.${name}`),
              ])}
            />
          </TitledCard>
        </div>
      </div>
      {shownPreview && (
        <TitledCard title={t('mailTemplates.preview')} stacked>
          <p>{t('mailTemplates.previewBody')}</p>
          <strong className="sower-wrap" lang={shown.language}>
            {shownPreview.subject}
          </strong>
          <div className="sower-previews">
            <section aria-label={t('mailTemplates.asHtml')}>
              <h3>{t('mailTemplates.asHtml')}</h3>
              <div lang={shown.language}>
                <HtmlView html={shownPreview.html} />
              </div>
            </section>
            <section aria-label={t('mailTemplates.asText')}>
              <h3>{t('mailTemplates.asText')}</h3>
              <div className="sower-preview" lang={shown.language}>
                {shownPreview.text}
              </div>
            </section>
          </div>
        </TitledCard>
      )}
      {resetting}
    </div>
  );
}

/** The text once it has not changed for a moment: not every key is a question to the server. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), 400);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

const ELEMENTS = ['a', 'br', 'div', 'img', 'li', 'ol', 'p', 'span', 'table', 'tbody', 'td', 'tr', 'ul'];
const EMPTY = ['br', 'img'];

type Open = { readonly name: string; readonly attributes: string; readonly children: ReactNode[] };

/**
 * The HTML of a mail, shown in the page. The server has drawn it, so it is well-formed and of few elements; these become elements of the page
 * one by one, because the page's policy lets nothing be parsed into it. Links lead nowhere: it is a picture of the mail.
 */
function HtmlView({ html }: { html: string }) {
  const body = /<body[^>]*>(.*)<\/body>/s.exec(html)?.[1] ?? '';
  return <div className="sower-preview-html">{elementsOf(body)}</div>;
}

function elementsOf(markup: string): ReactNode[] {
  const top: Open = { name: '', attributes: '', children: [] };
  const open = [top];
  const last = (): Open => open.at(-1) ?? top;
  for (const [part, closing, name = '', attributes = ''] of markup
    .replace(/<!--.*?-->/gs, '')
    .matchAll(/<(\/)?([a-z]+)((?:\s+[\w-]+="[^"]*")*)\s*\/?>|[^<]+/g)) {
    if (!part.startsWith('<')) last().children.push(decoded(part));
    else if (!ELEMENTS.includes(name)) continue;
    else if (EMPTY.includes(name))
      last().children.push(elementOf({ name, attributes, children: [] }, last()));
    else if (closing === undefined) open.push({ name, attributes, children: [] });
    else if (open.length > 1) {
      const done = open.pop() as Open;
      last().children.push(elementOf(done, last()));
    }
  }
  return top.children;
}

function elementOf({ name, attributes, children }: Open, parent: Open): ReactNode {
  const given = Object.fromEntries(
    [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, decoded(value)]),
  );
  const props = {
    key: parent.children.length,
    style: styleOf(given.style ?? ''),
    ...(given.role === undefined ? {} : { role: given.role }),
    ...(name === 'img' ? { src: given.src, alt: given.alt, width: given.width, height: given.height } : {}),
    ...(name === 'td' || name === 'table' ? { width: given.width } : {}),
  };
  return EMPTY.includes(name) ? createElement(name, props) : createElement(name, props, children);
}

/** `margin-top:1px` as React has it. What it does not know, such as `mso-padding-alt`, is for mail programs alone. */
const styleOf = (style: string): Record<string, string> =>
  Object.fromEntries(
    style
      .split(';')
      .map((declaration) => declaration.split(/:(.*)/s))
      .filter(([property = '']) => property !== '' && !property.startsWith('mso-'))
      .map(([property = '', value = '']) => [
        property.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()),
        value,
      ]),
  );

const CHARACTERS: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const decoded = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => CHARACTERS[name] ?? '');
