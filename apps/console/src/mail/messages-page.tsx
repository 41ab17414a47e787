/** Setup > E-mail > Sent and Waiting E-mail: mail that is waiting, was sent, or could not be sent. */
import { Label } from '@patternfly/react-core';
import type { MailMessage } from '@sower/api/mail';
import { MAIL_EVENTS, type MailEvent } from '@sower/api/mail-events';
import { useMutation } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { inWords } from '../ui/field.tsx';
import { pageIn } from '../ui/lists/cursor-paging.tsx';
import { Listing } from '../ui/lists/listing.tsx';
import { Narrowed, NarrowingChoice } from '../ui/lists/search-form.tsx';
import { Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Screen } from '../ui/screen.tsx';

const STATES = ['queued', 'sent', 'dead'] as const;
const COLORS = { queued: 'blue', sent: 'green', dead: 'red' } as const;

export function Component() {
  const { t, api, time, done } = useConsole();
  const [parameters] = useSearchParams();
  const page = pageIn(parameters);
  const state = STATES.find((name) => name === parameters.get('state'));
  const mail = useAnswer('listMail', { query: { ...page, state } }, { refetchInterval: 10_000 });
  const again = useMutation({
    mutationFn: ({ id }: MailMessage) => api('resendMail', { params: { id } }),
    onSuccess: async ({ recipient }) => {
      await done(t('mailMessages.againDone', { recipient }), ['mail', 'messages']);
    },
  });
  const standing = ({ state, attempts, nextAt = '', sentAt = '', createdAt }: MailMessage): string =>
    state === 'queued'
      ? t('mailMessages.next', { attempts, time: time(nextAt) })
      : time(state === 'sent' ? sentAt : createdAt);
  return (
    <Screen title={t('mailMessages.title')} intro={t('mailMessages.intro')} stacked>
      <Narrowed label={t('mailMessages.title')} used={state === undefined ? 0 : 1}>
        <NarrowingChoice
          label={t('mailMessages.show')}
          name="state"
          any={t('ui.any')}
          choices={inWords(STATES, (value) => t(`mailMessages.states.${value}`))}
        />
      </Narrowed>
      <ProblemAlert error={again.error} />
      <Listing
        query={mail}
        none={{ title: t('mailMessages.none'), body: t('mailMessages.noneBody') }}
        paged
        columns={[
          [t('mailMessages.recipient'), (message) => message.recipient],
          [
            t('mailMessages.subject'),
            (message) => (
              <>
                {message.subject}
                {message.encrypted && ` (${t('mailMessages.encrypted')})`}
              </>
            ),
          ],
          {
            label: t('mailMessages.event'),
            cell: (message) =>
              message.event in MAIL_EVENTS ? t(`mailEvents.${message.event as MailEvent}`) : message.event,
          },
          {
            label: t('mailMessages.state'),
            cell: (message) => (
              <>
                <Label color={COLORS[message.state]}>{t(`mailMessages.states.${message.state}`)}</Label>
                <div>{standing(message)}</div>
              </>
            ),
          },
          [t('mailMessages.reason'), (message) => message.reason ?? '–'],
        ]}
        actions={(message) =>
          message.state === 'dead' && (
            <Button
              variant="secondary"
              aria-label={t('mailMessages.againNamed', {
                recipient: message.recipient,
                subject: message.subject,
              })}
              isDisabled={again.isPending}
              onClick={() => again.mutate(message)}
            >
              {t('mailMessages.again')}
            </Button>
          )
        }
      />
    </Screen>
  );
}
